"""Right programs that look like wrong ones."""
