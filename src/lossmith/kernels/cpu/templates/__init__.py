"""The loops. A generated file is a head, in which the formula is, and one of these after its line of dashes."""
