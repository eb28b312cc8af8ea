"""Margins between the score of the true class and those of the others."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from lossmith.families import Axiswise
from lossmith.fields import Positive
from lossmith.layouts import one_hot
from lossmith.links import IDENTITY
from lossmith.targets import CLASS_INDEX, Coding
from lossmith.traits import Traits

__all__ = ["MulticlassHinge", "WestonWatkins"]


@dataclass(frozen=True, kw_only=True)
class MulticlassHinge(Axiswise):
    """max(0, margin + maxⱼ xⱼ − x_y) over the wrong classes j: the best of them must stay a margin below the true one.

    Only the strongest rival is pushed down (several that are level share the push), and the slope is 0 at the margin
    itself. Optax's ``multiclass_hinge_loss`` is the same with margin 1; Keras' ``CategoricalHinge`` too, unless all
    rivals score below 0, where it counts one of score 0.

    When: the decision matters and not its probability; a class often has more than half of the probability.
    When not: probabilities are wanted, or classes overlap so much that none has half (cross-entropy).
    Goes wrong: where no class has more than half, the best scores are all equal, and the decision is left to chance.
    Relatives: the hinge of x₁ − x₀ for two classes; WestonWatkins, which sums over all rivals.

    Reference: Crammer, K. and Singer, Y. (2001). On the Algorithmic Implementation of Multiclass Kernel-based Vector
    Machines. Journal of Machine Learning Research 2.

    Example:
        >>> import lossmith as lm
        >>> lm.MulticlassHinge()([[2.0, 0.5, -1.0], [2.0, 1.5, 1.8]], [0, 1], reduction="none")
        array([0. , 1.5])
    """

    margin: Positive = 1.0  # how far the true class must be ahead

    TARGET: ClassVar[Coding] = CLASS_INDEX
    LATEX: ClassVar[str] = r"\max\left(0,\ m + \max_{j \neq y} x_{j} - x_{y}\right)"
    NOTATION: ClassVar[str] = "max(0, margin + max xⱼ − x_y), j ≠ y"

    def function(self, prediction: Tensor, target: Tensor) -> Tensor:
        """The gap to the strongest rival."""
        rivals = torch.where(one_hot(target, prediction.shape[-1]), -torch.inf, prediction)
        true = prediction.gather(-1, target.unsqueeze(-1)).squeeze(-1)
        return (self.margin + (rivals.amax(-1) - true)).relu()

    def _best_constant(self, targets: Tensor, weights: Tensor | None) -> Tensor:
        # a class without half pays for its lead with each sample of another
        return self.margin * (_shares(targets, weights) > 0.5).double()

    @property
    def traits(self) -> Traits:
        """Leads to a label of more than half; kinks."""
        return Traits(
            target=self.TARGET,
            link=IDENTITY,
            elicits="label of more than half",
            convex=True,
            smooth=0,
            lipschitz=1.0,
            symmetric=True,
        )


@dataclass(frozen=True, kw_only=True)
class WestonWatkins(Axiswise):
    """Σⱼ max(0, margin + xⱼ − x_y) over the wrong classes j: each of them must stay a margin below the true one.

    Convention: a sum, so that the slope by the true score is as large as the number of rivals within the margin.
    torch's ``MultiMarginLoss`` divides it by the number of classes C and has no second derivative (multiply by 1/C to
    get its values). The slope is 0 at the margin itself.

    When: MulticlassHinge's case, where more than one rival should be pushed down at a time: it trains more smoothly.
    When not: probabilities are wanted; many classes, unless the loss is divided by their number.
    Goes wrong: where several classes are about as likely, the best scores of the likelier ones are equal, and the
    decision among them is left to chance; with many classes the steps of a fixed learning rate grow too long.
    Relatives: the hinge of x₁ − x₀ for two classes; MulticlassHinge, which sees the strongest rival alone.

    Reference: Weston, J. and Watkins, C. (1999). Support Vector Machines for Multi-class Pattern Recognition. European
    Symposium on Artificial Neural Networks.

    Example:
        >>> import lossmith as lm
        >>> lm.WestonWatkins()([[2.0, 0.5, -1.0], [2.0, 1.5, 1.8]], [0, 1], reduction="none")
        array([0. , 2.8])
    """

    margin: Positive = 1.0  # how far the true class must be ahead of each other

    TARGET: ClassVar[Coding] = CLASS_INDEX
    LATEX: ClassVar[str] = r"\sum_{j \neq y} \max\left(0,\ m + x_{j} - x_{y}\right)"
    NOTATION: ClassVar[str] = "Σ max(0, margin + xⱼ − x_y), j ≠ y"

    def function(self, prediction: Tensor, target: Tensor) -> Tensor:
        """The gaps to all rivals; the true class is none."""
        gaps = prediction - prediction.gather(-1, target.unsqueeze(-1))
        return torch.where(one_hot(target, prediction.shape[-1]), 0, (self.margin + gaps).relu()).sum(-1)

    def _best_constant(self, targets: Tensor, weights: Tensor | None) -> Tensor:
        return self.margin * _best_groups(_shares(targets, weights))

    @property
    def traits(self) -> Traits:
        """Leads to one of the likelier labels; kinks; slopes that grow with the number of classes."""
        return Traits(
            target=self.TARGET,
            link=IDENTITY,
            elicits="one of the likelier labels",
            convex=True,
            smooth=0,
            lipschitz=math.inf,
            symmetric=True,
        )


def _shares(targets: Tensor, weights: Tensor | None) -> Tensor:
    amounts = torch.ones(len(targets), dtype=torch.float64) if weights is None else weights
    total = torch.zeros(int(targets.max()) + 1, dtype=torch.float64).index_add(0, targets.long(), amounts)
    return total / total.sum()


def _best_groups(shares: Tensor) -> Tensor:
    """The best constant scores for WestonWatkins with margin 1: whole numbers, in the order of the shares.

    For classes sorted by share they are groups of equal scores, one apart. Beside a constant, a group costs
    −(its share)·(the classes below it), and a step below the N likeliest classes N·(the share of the others): so the
    cheapest way to cut the first e classes into groups follows from those for fewer classes.
    """
    order, count = shares.argsort(descending=True), len(shares)
    covered = torch.cat([torch.zeros(1), shares[order].cumsum(0)])  # the share of the e likeliest
    cost, start = torch.zeros_like(covered), [0] * (count + 1)
    for end in range(1, count + 1):
        ways = cost[:end] - (covered[end] - covered[:end]) * (count - end)
        start[end] = int(ways.argmin())
        cost[end] = ways.min() + end * (covered[-1] - covered[end])
    best, end = torch.zeros_like(shares), start[count]
    while end > 0:
        best[order[:end]] += 1
        end = start[end]
    return best
