"""Losses of classes in an order: ratings, stages, ages. A miss by three ranks is worse than one by one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from lossmith.families import Axiswise
from lossmith.formula import softplus
from lossmith.formula.terms import Term
from lossmith.kernels import rows
from lossmith.layouts import as_rows
from lossmith.links import CONTINUATION, CUMULATIVE, SOFTMAX
from lossmith.targets import CLASS_INDEX, CLASSES, Coding
from lossmith.traits import Traits

__all__ = ["Coral", "Corn", "SquaredEarthMovers"]


@dataclass(frozen=True, kw_only=True)
class _Thresholds(Axiswise):
    """What the losses of the K − 1 thresholds between K ranks share."""

    TARGET: ClassVar[Coding] = CLASS_INDEX
    MORE_CLASSES: ClassVar[int] = 1

    def answer(self, m: Term) -> Term:
        """The loss of one answer, from the log-odds of the right one."""
        return softplus(-m)

    def _answers(self, scores: Tensor, ranks: Tensor) -> Tensor:
        """The losses of the answers to "is the rank above k?"."""
        is_above = ranks.unsqueeze(-1) > torch.arange(scores.shape[-1], device=scores.device)
        return self._evaluate("answer", torch.where(is_above, scores, -scores))


@dataclass(frozen=True, kw_only=True)
class Coral(_Thresholds):
    """A yes-or-no question for each threshold of an order: is the rank y above k? Σₖ BCE(xₖ, [y > k]).

    K ranks 0 … K − 1 have K − 1 scores, the log-odds of y > 0, …, y > K − 2. Convention: a sum over the thresholds, as
    in the package coral_pytorch, which takes the answers [y > k] as its target in the place of y. The predicted rank is
    the number of scores above 0, ``(scores > 0).sum(-1)``; ``loss.traits.link.to_mean(scores)`` has the probabilities.

    When: ordered classes, and one weight vector for all thresholds (a layer with one output, plus K − 1 biases): then
    the questions never contradict each other.
    When not: classes have no order; thresholds have weights of their own (Corn cannot contradict itself then).
    Goes wrong: with free scores P(y > 1) may come out above P(y > 0), and a class have a probability below 0.
    Relatives: BinaryCrossEntropy of each threshold; Corn, which asks the next question after a yes alone.

    Reference: Cao, W., Mirjalili, V. and Raschka, S. (2020). Rank Consistent Ordinal Regression for Neural Networks
    with Application to Age Estimation. Pattern Recognition Letters 140.

    Example:
        >>> import lossmith as lm
        >>> lm.Coral()([[2.1, 1.8, -2.1, -1.8], [1.9, -1.0, -1.5, -1.3]], [2, 1], reduction="none").round(4)
        array([0.537 , 0.8951])
    """

    LATEX: ClassVar[str] = (
        r"\sum_{k=0}^{K-2} \log\left(1 + e^{-s_{k} x_{k}}\right), \quad s_{k} = 2 \left[y > k\right] - 1"
    )
    NOTATION: ClassVar[str] = "Σ log(1 + exp(−sₖ·xₖ)), sₖ = +1 where y > k, else −1"

    def function(self, prediction: Tensor, target: Tensor) -> Tensor:
        """The sum over all thresholds."""
        return self._answers(prediction, target).sum(-1)

    @property
    def traits(self) -> Traits:
        """Proper in the probabilities of the thresholds, and so in those of the classes."""
        return Traits(
            target=self.TARGET,
            link=CUMULATIVE,
            elicits="probability",
            convex=True,
            smooth=math.inf,
            lipschitz=1.0,
            strictly_convex=True,
        )


@dataclass(frozen=True, kw_only=True)
class Corn(_Thresholds):
    """A question for each step of an order, asked only after a yes: given y ≥ k, is y > k? Σ BCE(xₖ, [y > k]), k ≤ y.

    K ranks 0 … K − 1 have K − 1 scores: the log-odds of going on beyond rank k, once there. The probabilities of the
    ranks, ``loss.traits.link.to_mean(scores)``, are products of these, so that they never contradict each other.
    Convention: a sum over the questions that were asked, and the mean of that over the samples. coral_pytorch divides
    the sum of a batch by the number of questions instead: ``normalizer=(target + 1).clamp(max=K - 1).sum()``.

    When: ordered classes, and each threshold has weights of its own.
    When not: classes have no order; the last ranks are rare (their questions are asked next to never).
    Goes wrong: the scores of late questions stay where they started, as few samples get so far.
    Relatives: Coral, which asks all questions of each sample; the discrete hazard of survival analysis.

    Reference: Shi, X., Cao, W. and Raschka, S. (2021). Deep Neural Networks for Rank-Consistent Ordinal Regression
    Based on Conditional Probabilities. arXiv:2111.08851.

    Example:
        >>> import lossmith as lm
        >>> lm.Corn()([[2.1, 1.8, -2.1, -1.8], [1.9, -1.0, -1.5, -1.3]], [2, 1], reduction="none").round(4)
        array([0.384 , 0.4526])
    """

    LATEX: ClassVar[str] = (
        r"\sum_{k \leq y} \log\left(1 + e^{-s_{k} x_{k}}\right), \quad s_{k} = 2 \left[y > k\right] - 1"
    )
    NOTATION: ClassVar[str] = "Σ log(1 + exp(−sₖ·xₖ)) over k ≤ y, sₖ = +1 where y > k, else −1"

    def function(self, prediction: Tensor, target: Tensor) -> Tensor:
        """The sum over the questions that are asked."""
        ranks = torch.arange(prediction.shape[-1], device=prediction.device)
        return torch.where(ranks <= target.unsqueeze(-1), self._answers(prediction, target), 0).sum(-1)

    @property
    def traits(self) -> Traits:
        """Proper: it is the likelihood of the rank; flat in the scores of questions that are not asked."""
        return Traits(
            target=self.TARGET,
            link=CONTINUATION,
            elicits="probability",
            convex=True,
            smooth=math.inf,
            lipschitz=1.0,
        )


@dataclass(frozen=True, kw_only=True)
class SquaredEarthMovers(Axiswise):
    """The squared distance between two cumulative distributions: Σₖ (Σ_{j≤k} pⱼ − tⱼ)², after a softmax of the scores.

    Convention: a sum over the thresholds, not divided by the number of classes C (multiply by 1/C for Hou, Yu and
    Samaras' factor), and no root of it. For a label it is the ranked probability score of forecasters.

    When: ordered classes with ordinary class scores: a small change of a network trained with cross-entropy; soft
    labels such as votes for each rating.
    When not: classes have no order; the network starts sure and wrong (the slope dies out there, cross-entropy's not).
    Goes wrong: a network that is sure and wrong hardly learns, and with many classes the loss and its slope grow large.
    Relatives: the squared error of probabilities, taken of cumulative ones; the CRPS of a forecast on a grid.

    Reference: Hou, L., Yu, C.-P. and Samaras, D. (2016). Squared Earth Mover's Distance-based Loss for Training Deep
    Neural Networks. arXiv:1611.05916.

    Example:
        >>> import lossmith as lm
        >>> lm.SquaredEarthMovers()([[0.5, 0.25, 0.25]] * 3, [0, 1, 2], given="probabilities", reduction="none")
        array([0.3125, 0.3125, 0.8125])
    """

    TARGET: ClassVar[Coding] = CLASSES
    LATEX: ClassVar[str] = r"\sum_{k} \left(\sum_{j \leq k} p_{j} - t_{j}\right)^{2}"
    NOTATION: ClassVar[str] = "Σₖ (Σ_{j≤k} pⱼ − tⱼ)², p = softmax(x)"

    def function(self, prediction: Tensor, target: Tensor) -> Tensor:
        """From the scores; a probability near its target keeps the digits of their difference."""
        row, t = rows.softmax(prediction), as_rows(target, prediction)
        return _of_differences(torch.where(t > 0.5, (1 - t) - row.miss, row.p - t))

    def function_of_probability(self, prediction: Tensor, target: Tensor) -> Tensor:
        """From the probabilities."""
        return _of_differences(prediction - as_rows(target, prediction))

    def function_of_log_probability(self, prediction: Tensor, target: Tensor) -> Tensor:
        """From their logarithms."""
        t = as_rows(target, prediction)
        p = prediction.exp()
        return _of_differences(torch.where((t > 0.5) & (p > 0.5), (1 - t) + prediction.expm1(), p - t))

    @property
    def traits(self) -> Traits:
        """Proper, but not convex in the scores; its slope grows with the number of classes, and dies out far away."""
        return Traits(
            target=self.TARGET,
            link=SOFTMAX,
            elicits="probability",
            convex=False,
            smooth=math.inf,
            lipschitz=math.inf,
            bounded=True,
            redescending=True,
        )


def _of_differences(differences: Tensor) -> Tensor:
    """The last cumulative probability is 1 on both sides."""
    return differences[..., :-1].cumsum(-1).square().sum(-1)
