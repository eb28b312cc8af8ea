"""What the audit of losses is measured by: small programs, right and wrong, each with its label."""
