"""Programs about how targets are coded and scaled."""
