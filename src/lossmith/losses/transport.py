"""Losses of optimal transport: what it costs to move one set of numbers or points onto another."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import torch
from torch import Tensor

from lossmith import constants
from lossmith.call import Aligned
from lossmith.errors import ShapeError
from lossmith.families import Setwise
from lossmith.fields import Positive, Range
from lossmith.formula import absolute_power
from lossmith.formula.terms import Term
from lossmith.kernels import plans
from lossmith.links import IDENTITY
from lossmith.targets import NUMBERS, POINTS, Coding
from lossmith.traits import Traits

__all__ = ["Sinkhorn", "Wasserstein1D"]


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


@dataclass(frozen=True, kw_only=True)
class Sinkhorn(Setwise):
    """The Sinkhorn divergence of two sets of points: what it costs to move one onto the other by a blurred plan.

    Convention: prediction (…, K, D) and target (…, L, D), in no order, all points of a set of one weight. A pair costs
    ½·|x − t|² at ``order`` 2, |x − t| at 1; the entropy of a plan weighs ε = blur^order. From the cost OT(x, t) of the
    best plan half of OT(x, x) and of OT(t, t) are taken, so that it is least, and 0, where both sets are one. It is
    geomloss' ``SamplesLoss("sinkhorn", p=order, blur=blur)``, run to the end. POT's ``empirical_sinkhorn_divergence``
    leaves the entropies out of the costs. Derivatives are right up to the third.

    When: clouds of points are predicted, and nothing says which point belongs to which: shapes, particles, samples of
    a generator; distances should count, not overlap.
    When not: points have partners (MSE); sets of many thousand points (memory goes with K·L·D, time with K³).
    Goes wrong: units matter, as blur is a distance: scale the features. What is finer than the blur is not seen; a blur
    far below the distances pairs points one to one, and the slope changes fast where partners do.
    Relatives: at order 2 half the mean squared distance of the best partners, as the blur goes to 0, and half that of
    the means, as it goes to ∞; Wasserstein1D on a line, without a blur.

    Reference: Feydy, J., Séjourné, T., Vialard, F.-X., Amari, S., Trouvé, A. and Peyré, G. (2019). Interpolating
    between Optimal Transport and MMD using Sinkhorn Divergences. Artificial Intelligence and Statistics.

    Example:
        >>> import lossmith as lm
        >>> round(float(lm.Sinkhorn()([[0.0, 0.0], [2.0, 0.0]], [[2.0, 1.0], [0.0, 1.0]])), 4)
        0.5
    """

    blur: Positive = 0.05  # the distance below which points are not told apart, in their units
    order: Literal[1, 2] = 2  # of the distances: 1 as they are, 2 half their squares

    AXES: ClassVar[int | None] = 2
    TARGET: ClassVar[Coding] = POINTS
    LATEX: ClassVar[str] = (
        r"\mathrm{OT}\left(x, t\right) - \frac{1}{2} \mathrm{OT}\left(x, x\right) - "
        r"\frac{1}{2} \mathrm{OT}\left(t, t\right)"
    )
    NOTATION: ClassVar[str] = "OT(x, t) − ½·OT(x, x) − ½·OT(t, t)"

    def function(self, prediction: Tensor, target: Tensor) -> Tensor:
        """In double precision: the exponents lose as many digits as ε is smaller than the costs."""
        far = (prediction.isinf().flatten(-2).any(-1) | target.isinf().flatten(-2).any(-1))[..., None, None]
        x, t = (torch.where(far, 0, v.double()) for v in (prediction, target))  # there it costs ∞ and has no slope
        both, own, others = (plans.cost(self._costs(a, b), self.blur**self.order) for a, b in ((x, t), (x, x), (t, t)))
        return torch.where(far[..., 0, 0], torch.inf, both - (own + others) / 2).to(prediction.dtype)

    def _costs(self, a: Tensor, b: Tensor) -> Tensor:
        """Of each point of one set and each of the other."""
        squares = (a.unsqueeze(-2) - b.unsqueeze(-3)).square().sum(-1)
        if self.order == 2:
            return squares / 2
        apart = squares > 0  # a point has no slope by the distance to itself
        return torch.where(apart, torch.where(apart, squares, 1).sqrt(), 0)

    def _align(self, prediction: Tensor, target: Tensor, axis: int | None) -> Aligned:
        outer = self._outer(prediction)
        if outer != self._outer(target) or prediction.shape[-1] != target.shape[-1]:
            raise ShapeError(
                f"prediction has shape {tuple(prediction.shape)}, target {tuple(target.shape)}; {type(self).__name__} "
                "expects (…, K, D) and (…, L, D): points of as many features, and as many sets of them"
            )
        return Aligned(prediction, target, outer)

    def _sample(self, example: Tensor) -> tuple[tuple[int, ...], Tensor]:
        return (2, 2), example

    def _best_constant(self, targets: Tensor, weights: Tensor | None) -> Tensor:
        """A barycentre: the best set near one that counts most."""
        sets = targets.to(torch.float64)
        counts = torch.ones(sets.shape[:-2]) if weights is None else weights
        first = sets[counts == counts.amax()][0]
        return constants.foot(lambda c: self(c.expand(sets.shape), sets, weight=weights), first)

    @property
    def traits(self) -> Traits:
        """Smooth, as no point has to choose one partner; at order 1 with kinks where points meet."""
        return Traits(
            target=POINTS,
            link=IDENTITY,
            elicits="barycentre",
            convex=False,
            smooth=math.inf if self.order == 2 else 0,
            lipschitz=math.inf if self.order == 2 else 1.0,
            symmetric=True,
        )
