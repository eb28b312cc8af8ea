"""Legal batches for any loss, drawn from a seed; and the losses of a user, one a family that the catalogue lacks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import sympy
import torch
from torch import Tensor

import lossmith as lm
from lossmith.formula import exp, held, log_cosh, power, softplus, times
from lossmith.links import IDENTITY, LOGIT
from lossmith.targets import BINARY, CLASS_INDEX, REAL, Coding


@dataclass(frozen=True, kw_only=True)
class GaussianLikelihood(lm.Likelihood):
    """−log N(t; mean, exp(log_scale)) without its constant."""

    def formula(self, mean, log_scale, t):
        return log_scale + ((t - mean) * exp(-log_scale)) ** 2 / 2


@dataclass(frozen=True, kw_only=True)
class OneAgainstAll(lm.Classwise):
    """A logistic loss for each class by itself."""

    def formula(self, s, t):
        return times(t, softplus(-s)) + times(1 - t, softplus(s))

    @property
    def traits(self):
        return lm.Traits(target=BINARY, link=LOGIT, elicits="probability", convex=True, smooth=math.inf, lipschitz=1.0)


@dataclass(frozen=True, kw_only=True)
class SoftDice(lm.Setwise):
    """1 − Dice of a set of probabilities and labels."""

    smooth: lm.Positive = 1.0

    def function(self, prediction, target):
        p, axes = prediction.sigmoid(), tuple(range(1, prediction.dim()))
        overlap = 2 * (p * target).sum(axes) if axes else 2 * p * target
        size = (p + target).sum(axes) if axes else p + target
        return 1 - (overlap + self.smooth) / (size + self.smooth)


@dataclass(frozen=True, kw_only=True)
class ScaledLogCosh(lm.Residual):
    """A user's own loss with a scale."""

    scale: lm.Positive = 0.5

    def formula(self, r):
        return self.scale * log_cosh(r / self.scale)

    @property
    def traits(self):
        return lm.Traits(target=REAL, link=IDENTITY, elicits="centre", convex=True, smooth=math.inf, lipschitz=1.0)


@dataclass(frozen=True, kw_only=True)
class FocalZ(lm.Rowwise):
    """Focal loss with a penalty on the logsumexp: all that a family of rows has to offer, and not linear in log p."""

    gamma: lm.NonNegative = 2.0
    z: lm.NonNegative = 0.125

    def formula(self, log_p, miss, lse):
        return -times(power(miss, self.gamma), log_p) + self.z * lse**2


@dataclass(frozen=True, kw_only=True)
class LogSumOfGaps(lm.Axiswise):
    """log(1 + Σ e^(xⱼ − x_y)) over the other classes, as a function of torch."""

    TARGET: ClassVar[Coding] = CLASS_INDEX

    def function(self, prediction, target):
        true = prediction.gather(-1, target.unsqueeze(-1))
        return (prediction - true).logsumexp(-1)


@dataclass(frozen=True, kw_only=True)
class EnsembleError(lm.Axiswise):
    """The squared error of each of three members: several predictions of one number."""

    HAS_CLASSES: ClassVar[bool] = False
    TARGET: ClassVar[Coding] = REAL

    def function(self, prediction, target):
        return ((prediction - target.unsqueeze(-1)) ** 2).mean(-1)


USERS = (
    GaussianLikelihood(),
    OneAgainstAll(),
    SoftDice(),
    ScaledLogCosh(),
    FocalZ(),
    LogSumOfGaps(),
    EnsembleError(),
)
CATALOGUE = (*(cls() for cls in lm.ALL), lm.KLDivergence(direction="reverse"), lm.CrossEntropy(label_smoothing=0.1))
OF_NUMBERS = tuple(x for x in CATALOGUE if not (x.HAS_AXIS or isinstance(x, lm.Setwise)))  # one prediction, one target
CLASSES = 4


def holds_something(loss: lm.Loss) -> bool:
    """Whether a part of its formula counts as a constant, so that its slope is not that of its value."""
    if isinstance(loss, lm.Setwise | lm.Axiswise):
        return False
    return any(getattr(f, "word", None) is held for f in loss._traced("formula").expression.atoms(sympy.Function))


def draw(loss: lm.Loss, n: int = 6, dtype: torch.dtype = torch.float64, seed: int = 0) -> tuple[Tensor, Tensor]:
    """A prediction and a target for ``n`` samples: shape (n,), or (n, C) where an element has several predictions."""
    random = torch.Generator().manual_seed(seed)

    def normal(*shape):
        return torch.randn(shape, generator=random, dtype=torch.float64).to(dtype)

    def labels(high, *shape):
        return torch.randint(high, shape, generator=random)

    coding = loss._target_coding()
    if coding.name == "label sequence":
        sequences = 1 + labels(CLASSES - 1, n, 2)
        return normal(n, 5, CLASSES), torch.where(torch.arange(2 * n).reshape(n, 2) % 4 == 1, -1, sequences)
    if coding.task == "sets":
        shape, _ = loss._sample(torch.zeros(()))
        return normal(n, *shape), normal(n, *shape)
    if isinstance(loss, lm.Setwise):
        return normal(n, CLASSES), labels(2, n, CLASSES).to(dtype)
    (*several,) = (CLASSES,) if loss.HAS_CLASSES else loss._sample(torch.zeros(()))[0]
    element = (n, CLASSES) if loss.HAS_CLASSES else (n,)
    draws = {
        "real": lambda: normal(*element),
        "count": lambda: labels(6, *element),
        "positive": lambda: normal(*element).exp(),
        "binary": lambda: torch.rand(element, generator=random, dtype=torch.float64),
        "sign": lambda: 2 * labels(2, *element) - 1,
        "class index": lambda: labels(CLASSES, n),
        "class index or rows": lambda: labels(CLASSES, n),
        "multi-label": lambda: labels(2, n, CLASSES),
        "class rows": lambda: normal(n, CLASSES).double().softmax(-1),
        "distribution": lambda: normal(n, CLASSES).double().softmax(-1),
    }
    prediction, target = normal(n, *several), draws[coding.name]()
    return prediction, target if coding.name in ("class index", "class index or rows") else target.to(dtype)
