"""Explain a loss: its formula, its curve, its traits, and its numbers at a point."""

from lossmith.explaining.explanation import Explanation, Point, explain

__all__ = ["Explanation", "Point", "explain"]
