"""Lossmith: every loss function from one formula — computed, checked, chosen, compared and shown."""

__version__ = "0.1.0"
