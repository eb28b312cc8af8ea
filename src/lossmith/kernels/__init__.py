"""Arrays in, value and derivatives out. Nothing here has heard of a Loss."""
