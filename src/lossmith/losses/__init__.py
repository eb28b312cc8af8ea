"""The catalogue: short classes and no machinery. A new loss is one class and one line of ``ALL``."""

from lossmith.loss import Loss
from lossmith.losses.binary import BinaryCrossEntropy, Hinge, SquaredHinge
from lossmith.losses.classes import CategoricalCrossEntropy, CrossEntropy, SparseCategoricalCrossEntropy
from lossmith.losses.divergences import KLDivergence
from lossmith.losses.regression import MAE, MSE, Huber, LogCosh, Quantile

ALL: tuple[type[Loss], ...] = (
    MSE,
    MAE,
    Huber,
    LogCosh,
    Quantile,
    BinaryCrossEntropy,
    Hinge,
    SquaredHinge,
    CrossEntropy,
    CategoricalCrossEntropy,
    SparseCategoricalCrossEntropy,
    KLDivergence,
)
