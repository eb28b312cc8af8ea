"""Programs about divergences between distributions."""
