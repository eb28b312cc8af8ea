"""Losses of several labels that may hold together, which see all labels of a sample at once."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor
from torch.nn.functional import pad, softplus

from lossmith import constants
from lossmith.families import Axiswise
from lossmith.fields import Positive
from lossmith.kernels.pointwise import times
from lossmith.kernels.rows import softmax
from lossmith.links import IDENTITY
from lossmith.targets import MULTI_LABEL, Coding
from lossmith.traits import Traits

__all__ = ["ZLPR", "MultilabelMargin"]


@dataclass(frozen=True, kw_only=True)
class ZLPR(Axiswise):
    """log(1 + Σ e^(−sᵢ)) over the labels that hold, plus log(1 + Σ e^(sⱼ)) over those that do not: a softmax of sets.

    Every label that holds is pushed above 0 and above every label that does not: what lies above 0 is predicted. Soft
    targets weigh the terms, log(1 + Σ t·e^(−s)) + log(1 + Σ (1 − t)·e^s), as in the paper's soft version.

    When: many labels of which few hold; whole sets should be right, and labels compete, which binary losses let alone.
    When not: probabilities are wanted; a label's own weight matters (the sums hide it).
    Goes wrong: sigmoids of the scores are no probabilities; with noisy labels one wrong label takes nearly all of the
    slope of its side, so that the right ones of the sample learn nothing.
    Relatives: BinaryCrossEntropy for a single label; the smooth maximum of MultilabelMargin's hinges; CrossEntropy
    where exactly one label holds and the threshold is left out.

    Reference: Su, J., Zhu, M., Murtadha, A., Pan, S., Wen, B. and Liu, Y. (2022). ZLPR: A Novel Loss for Multi-label
    Classification. arXiv 2208.02955.

    Example:
        >>> import lossmith as lm
        >>> round(float(lm.ZLPR()([[2.0, 1.0, -3.0]], [[1, 1, 0]])), 6)
        0.456193
    """

    TARGET: ClassVar[Coding] = MULTI_LABEL
    LATEX: ClassVar[str] = (
        r"\log\left(1 + \sum_{i} t_{i} e^{- s_{i}}\right) + "
        r"\log\left(1 + \sum_{j} \left(1 - t_{j}\right) e^{s_{j}}\right)"
    )
    NOTATION: ClassVar[str] = "log(1 + Σ tᵢ·e^(−sᵢ)) + log(1 + Σ (1 − tⱼ)·e^(sⱼ))"

    def function(self, prediction: Tensor, target: Tensor) -> Tensor:
        """The sums of both sides."""
        return _log_1_plus_sum(target, -prediction) + _log_1_plus_sum(1 - target, prediction)

    @property
    def traits(self) -> Traits:
        """Parts the labels at 0; not proper."""
        return Traits(
            target=self.TARGET,
            link=IDENTITY,
            elicits="labels above 0",
            convex=True,
            smooth=math.inf,
            lipschitz=1.0,
            strictly_convex=True,
            symmetric=True,
        )


@dataclass(frozen=True, kw_only=True)
class MultilabelMargin(Axiswise):
    """Σ max(0, margin − (xᵢ − xⱼ))/C over all pairs of a label i that holds and a label j that does not, of C labels.

    Convention: divided by the number C of all labels, as torch's ``MultiLabelMarginLoss``, which reads lists of labels
    padded with −1 and has no second derivative; ours reads rows of 0 and 1. Soft targets weigh a pair with
    tᵢ·(1 − tⱼ): its expectation if the labels are independent. The slope of a pair is 0 at the margin itself.

    When: labels are to be ranked, those that hold first.
    When not: a threshold or probabilities are wanted (ZLPR, BinaryCrossEntropy); thousands of labels: the pairs take
    C² memory for each sample.
    Goes wrong: only differences count, so that scores have no zero: no fixed threshold tells how many labels hold, and
    a sample with all or no labels has loss 0 and teaches nothing.
    Relatives: WestonWatkins/C where one label holds; ZLPR has a smooth maximum over pairs, and a threshold.

    Reference: Elisseeff, A. and Weston, J. (2001). A Kernel Method for Multi-labelled Classification. NIPS.

    Example:
        >>> import lossmith as lm
        >>> float(lm.MultilabelMargin()([[0.5, 0.25, 1.0, 0.75]], [[1, 0, 0, 1]]))
        1.0
    """

    margin: Positive = 1.0  # how far a label that holds must be ahead of one that does not

    TARGET: ClassVar[Coding] = MULTI_LABEL
    LATEX: ClassVar[str] = (
        r"\frac{1}{C} \sum_{i \neq j} t_{i} \left(1 - t_{j}\right) \max\left(0,\ m - x_{i} + x_{j}\right)"
    )
    NOTATION: ClassVar[str] = "Σ tᵢ·(1 − tⱼ)·max(0, margin − xᵢ + xⱼ)/C, i ≠ j"

    def function(self, prediction: Tensor, target: Tensor) -> Tensor:
        """The gaps of all pairs; one that does not count may be infinite."""
        short = (self.margin + prediction.unsqueeze(-2) - prediction.unsqueeze(-1)).relu()
        return times(_pairs(target), short).sum((-2, -1)) / prediction.shape[-1]

    def _best_constant(self, targets: Tensor, weights: Tensor | None) -> Tensor:
        pairs = _pairs(targets.to(torch.float64))
        weighed = pairs.mean(0) if weights is None else torch.einsum("n,nij->ij", weights / weights.sum(), pairs)

        def rounded_hinges(x: Tensor, sharpness: float) -> Tensor:
            return (weighed * softplus(sharpness * (1 + x - x.unsqueeze(-1)))).sum() / sharpness

        scores = torch.zeros(len(weighed), dtype=torch.float64)
        for sharpness in (1.0, 10.0, 100.0, 1000.0):
            scores = constants.foot(functools.partial(rounded_hinges, sharpness=sharpness), scores)
        return self.margin * _whole(scores)

    @property
    def traits(self) -> Traits:
        """Ranks labels; kinks; a label that holds alone among many has nearly slope 1."""
        return Traits(
            target=self.TARGET,
            link=IDENTITY,
            elicits="order of labels",
            convex=True,
            smooth=0,
            lipschitz=1.0,
            symmetric=True,
        )


def _log_1_plus_sum(weights: Tensor, scores: Tensor) -> Tensor:
    """log(1 + Σⱼ wⱼ·e^(xⱼ)): what the softmax leaves to a class of score 0 that stands beside the others."""
    counts = weights > 0
    weighed = torch.where(counts, scores + torch.where(counts, weights, 1).log(), -torch.inf)
    total = -softmax(pad(weighed, (1, 0))).log_p[..., 0]
    if weights.requires_grad:  # a weight of 0 has a slope too
        absent = times(weights, (scores - total.unsqueeze(-1)).clamp(max=80).exp())
        total = total + torch.where(counts, 0, absent).sum(-1).log1p()
    return total


def _pairs(target: Tensor) -> Tensor:
    """tᵢ·(1 − tⱼ) for each two labels, shape (…, C, C); no label makes a pair with itself."""
    own = torch.eye(target.shape[-1], dtype=torch.bool, device=target.device)
    return torch.where(own, 0, target.unsqueeze(-1) * (1 - target.unsqueeze(-2)))


def _whole(scores: Tensor) -> Tensor:
    """Nearly best scores as whole numbers from 0 on, which are best: rounded down from where the widest gap is.

    A sum of max(0, 1 − xᵢ + xⱼ) is least on a set that differences xᵢ − xⱼ of whole numbers bound, and such a set keeps
    its points when all are rounded down alike.
    """
    parts = (scores % 1).sort().values
    gaps = torch.cat([parts[1:], parts[:1] + 1]) - parts
    whole = (scores - parts[gaps.argmax()] - gaps.max() / 2).floor()
    return whole - whole.min()
