"""The catalogue: short classes and no machinery. A new loss is one class in its file and one line of ``ALL``."""

from lossmith.loss import Loss
from lossmith.losses import binary, classes, counts, divergences, regression
from lossmith.losses.binary import *
from lossmith.losses.classes import *
from lossmith.losses.counts import *
from lossmith.losses.divergences import *
from lossmith.losses.regression import *

__all__ = ["ALL"]
__all__ += binary.__all__
__all__ += classes.__all__
__all__ += counts.__all__
__all__ += divergences.__all__
__all__ += regression.__all__

ALL: tuple[type[Loss], ...] = (
    MSE,
    MAE,
    Huber,
    LogCosh,
    Quantile,
    SmoothL1,
    PseudoHuber,
    EpsilonInsensitive,
    SquaredEpsilonInsensitive,
    Expectile,
    Poisson,
    BinaryCrossEntropy,
    Hinge,
    SquaredHinge,
    CrossEntropy,
    CategoricalCrossEntropy,
    SparseCategoricalCrossEntropy,
    KLDivergence,
)
