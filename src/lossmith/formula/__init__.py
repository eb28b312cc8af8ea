"""The language a loss is written in: ``from lossmith.formula import where, softplus, …`` inside a ``formula``."""

from lossmith.formula import words
from lossmith.formula.words import *

__all__ = []
__all__ += words.__all__
