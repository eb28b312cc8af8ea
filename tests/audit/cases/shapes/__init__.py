"""Programs about shapes and axes."""
