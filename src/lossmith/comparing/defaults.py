"""Which losses are compared where none are named: those a practitioner would weigh against each other."""

from __future__ import annotations

from lossmith.loss import Loss
from lossmith.losses.binary import BinaryCrossEntropy, Hinge
from lossmith.losses.classes import CategoricalCrossEntropy, SparseCategoricalCrossEntropy
from lossmith.losses.divergences import KLDivergence
from lossmith.losses.regression import MAE, MSE, Huber, LogCosh
from lossmith.reading import Task

_SMOOTHING = 0.1

_REAL = (MSE(), MAE(), Huber(), LogCosh())
_TWO = (BinaryCrossEntropy(), Hinge(), MSE())
_DEFAULTS: dict[str, tuple[Loss, ...]] = {
    "real": _REAL,
    "positive": _REAL,
    "count": _REAL,
    "proportion": (BinaryCrossEntropy(), MSE(), MAE(), Huber()),
    "binary": _TWO,
    "margin": _TWO,
    "multi_label": _TWO,
    "classes": (
        SparseCategoricalCrossEntropy(),
        SparseCategoricalCrossEntropy(label_smoothing=_SMOOTHING),
        Hinge(),
        MSE(),
    ),
    "one_hot": (CategoricalCrossEntropy(), CategoricalCrossEntropy(label_smoothing=_SMOOTHING), Hinge(), MSE()),
    "distribution": (KLDivergence(), BinaryCrossEntropy(), MSE()),
}


def default_losses(task: Task) -> tuple[Loss, ...]:
    """The losses to compare on a task."""
    return _DEFAULTS[task.kind]
