"""The language a loss is written in: ``from lossmith.formula import where, softplus, …`` inside a ``formula``."""

from lossmith.formula import special, words
from lossmith.formula.special import *
from lossmith.formula.words import *

__all__ = []
__all__ += words.__all__
__all__ += special.__all__
