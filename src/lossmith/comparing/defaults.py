"""Which losses are compared where none are named: those a practitioner would weigh against each other."""

from __future__ import annotations

from lossmith.loss import Loss
from lossmith.losses.binary import BinaryCrossEntropy
from lossmith.losses.classes import CrossEntropy
from lossmith.losses.counts import Poisson
from lossmith.losses.divergences import KLDivergence
from lossmith.losses.margins import Hinge
from lossmith.losses.regression import MAE, MSE, Huber, LogCosh
from lossmith.reading import Task

_REAL = (MSE(), MAE(), Huber(), LogCosh())
_TWO = (BinaryCrossEntropy(), Hinge(), MSE())
_SEVERAL = (CrossEntropy(), CrossEntropy(label_smoothing=0.1), Hinge(), MSE())
_DEFAULTS: dict[str, tuple[Loss, ...]] = {
    "real": _REAL,
    "positive": _REAL,
    "count": (Poisson(), MSE(), MAE(), Huber()),
    "proportion": (BinaryCrossEntropy(), MSE(), MAE(), Huber()),
    "binary": _TWO,
    "margin": _TWO,
    "multi_label": _TWO,
    "classes": _SEVERAL,
    "one_hot": _SEVERAL,
    "distribution": (KLDivergence(), BinaryCrossEntropy(), MSE()),
}


def default_losses(task: Task) -> tuple[Loss, ...]:
    """The losses to compare on a task."""
    return _DEFAULTS[task.kind]
