"""The families: each lifts a formula of one variable (or a few) to whole batches.

A family supplies the chain rule, the shapes and the call; a loss of the family supplies the formula.
"""

from lossmith.families.axes import Axiswise
from lossmith.families.classes import Classwise, Divergence, Rowwise
from lossmith.families.elementwise import Likelihood, Margin, Paired, Residual
from lossmith.families.sets import Setwise

__all__ = ["Axiswise", "Classwise", "Divergence", "Likelihood", "Margin", "Paired", "Residual", "Rowwise", "Setwise"]
