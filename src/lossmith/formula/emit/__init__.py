"""From an expression to something that computes or shows it: one small printer a target."""
