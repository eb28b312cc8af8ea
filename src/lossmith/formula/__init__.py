"""The language a loss is written in: ``from lossmith.formula import where, softplus, …`` inside a ``formula``."""

from lossmith.formula import chances, circular, dips, gaps, labels, normal, special, words
from lossmith.formula.chances import *
from lossmith.formula.circular import *
from lossmith.formula.dips import *
from lossmith.formula.gaps import *
from lossmith.formula.labels import *
from lossmith.formula.normal import *
from lossmith.formula.special import *
from lossmith.formula.words import *

__all__ = []
__all__ += chances.__all__
__all__ += circular.__all__
__all__ += dips.__all__
__all__ += gaps.__all__
__all__ += normal.__all__
__all__ += labels.__all__
__all__ += words.__all__
__all__ += special.__all__
