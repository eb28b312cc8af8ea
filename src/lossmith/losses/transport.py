"""Losses of optimal transport: what it costs to move one set of numbers or points onto another."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, ClassVar

import torch
from torch import Tensor

from lossmith import constants
from lossmith.families import Setwise
from lossmith.fields import Range
from lossmith.formula import absolute_power
from lossmith.formula.terms import Term
from lossmith.links import IDENTITY
from lossmith.targets import NUMBERS, Coding
from lossmith.traits import Traits

__all__ = ["Wasserstein1D"]


@dataclass(frozen=True, kw_only=True)
class Wasserstein1D(Setwise):
    """The Wasserstein distance, to the power of its order, of two sets of as many numbers, each read as a distribution.

    Convention: the last axis holds K numbers; both sides are sorted, and the loss is the mean of |x₍ᵢ₎ − t₍ᵢ₎|ᵖ, with p
    the ``order``. The distance itself is its p-th root, which has no slope at an exact fit. SciPy's
    ``wasserstein_distance`` is order 1, POT's ``wasserstein_1d(x, t, p=p)`` the order p; its ``emd2_1d`` is order 2.

    When: samples of a distribution are predicted and nothing says which belongs to which: a generator's numbers, the
    projections of clouds onto a line (then the mean over many lines is the sliced distance).
    When not: the numbers have partners (MSE, MAE); the target is a single number (CRPSEnsemble).
    Goes wrong: samples of a small batch stand for their source with an error of 1/√K, which the loss learns; the
    larger the order, the more the outermost numbers rule. Numbers that swap places make the slope jump.
    Relatives: MAE and MSE of sorted numbers at order 1 and 2; SquaredEarthMovers between distributions over ordered
    classes; Sinkhorn for points of more dimensions.

    Reference: Villani, C. (2003). Topics in Optimal Transportation. American Mathematical Society, section 2.2.

    Example:
        >>> import lossmith as lm
        >>> float(lm.Wasserstein1D()([[3.0, 0.0, 1.0]], [[5.0, 6.0, 8.0]]))
        5.0
    """

    order: Annotated[float, Range(1, math.inf, off=1.0)] = 1.0  # p, the power of the distances; 1: as they are

    name: ClassVar[str] = "wasserstein_1d"
    AXES: ClassVar[int | None] = 1
    TARGET: ClassVar[Coding] = NUMBERS
    LATEX: ClassVar[str] = r"\frac{1}{K} \sum_{i} \left|x_{\left(i\right)} - t_{\left(i\right)}\right|^{p}"
    NOTATION: ClassVar[str] = "mean |x₍ᵢ₎ − t₍ᵢ₎|ᵖ, both sorted"

    def function(self, prediction: Tensor, target: Tensor) -> Tensor:
        """On a line no other plan is cheaper than that of the sorted numbers."""
        gaps = prediction.sort(-1).values - target.sort(-1).values
        return self._evaluate("cost", gaps).mean(-1)

    def cost(self, r: Term) -> Term:
        """Of a number that is moved by r."""
        return absolute_power(r, self.order)

    def _sample(self, example: Tensor) -> tuple[tuple[int, ...], Tensor]:
        return (3,), example

    def _best_constant(self, targets: Tensor, weights: Tensor | None) -> Tensor:
        """The barycentre: at each rank the number that is best for the targets of this rank, as sets of one."""
        ranks = targets.to(torch.float64).reshape(-1, targets.shape[-1]).sort(-1).values
        weigh = None if weights is None else weights.reshape(-1, 1).expand(ranks.shape)

        def slope(numbers: Tensor) -> Tensor:
            everywhere = numbers.expand(ranks.shape).unsqueeze(-1)
            pulls: Tensor = self.gradient(everywhere, ranks.unsqueeze(-1), weight=weigh)
            return pulls.squeeze(-1).sum(0)

        return constants.middle_of_minimisers(slope, ranks[0], bounded=False)

    @property
    def traits(self) -> Traits:
        """Elicits the distribution between the targets; kinks where numbers change places."""
        return Traits(
            target=NUMBERS,
            link=IDENTITY,
            elicits="barycentre",
            convex=False,
            smooth=0,
            lipschitz=1.0 if self.order == 1 else math.inf,
            symmetric=True,
        )
