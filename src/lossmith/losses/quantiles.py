"""Losses whose two sides differ, so that they elicit other values of a distribution than its middle."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass
from numbers import Real
from typing import ClassVar

import torch
from torch import Tensor

from lossmith import constants
from lossmith.call import Aligned
from lossmith.errors import ParameterError, ShapeError
from lossmith.families import Axiswise, Residual
from lossmith.fields import Level
from lossmith.formula import clip, softplus, where
from lossmith.formula.terms import Term
from lossmith.links import IDENTITY
from lossmith.targets import REAL, Coding
from lossmith.traits import Traits

__all__ = ["Expectile", "MultiQuantile", "Quantile"]


@dataclass(frozen=True, kw_only=True)
class Quantile(Residual):
    """The pinball loss: the best prediction is the quantile of the given level.

    Convention: a target above the prediction costs level·|r|, one below it (1 − level)·|r|; at level 0.5 that is half
    the absolute error. The slope is 0 at an exact fit.

    When: a bound that is exceeded with a given probability is wanted: stock, delivery times, prediction intervals.
    When not: the average is wanted.
    Goes wrong: quantiles trained one by one cross; extreme levels see few targets and come out near the others'.
    Relatives: half of MAE at level 0.5; the expectile is its square.

    Reference: Koenker, R. and Bassett, G. (1978). Regression Quantiles. Econometrica 46(1).

    Example:
        >>> import lossmith as lm
        >>> lm.Quantile(level=0.9)([0.0, 0.0], [1.0, -1.0], reduction="none").round(3)
        array([0.9, 0.1])
    """

    level: Level = 0.5  # the probability that a target lies below the prediction

    def formula(self, r: Term) -> Term:
        """Two lines of different slope."""
        return (1 - self.level) * clip(r, low=0) + self.level * clip(-r, low=0)

    @property
    def traits(self) -> Traits:
        """Elicits the quantile; one kink."""
        steepest = max(self.level, 1 - self.level)
        return Traits(
            target=REAL,
            link=IDENTITY,
            elicits="quantile",
            convex=True,
            smooth=0,
            lipschitz=steepest,
            symmetric=self.level == 0.5,
        )


@dataclass(frozen=True, kw_only=True)
class Expectile(Residual):
    """Squared error that weighs underestimates and overestimates differently: the best prediction is an expectile.

    Convention: a target above the prediction costs level·r², one below it (1 − level)·r², as Quantile has it with |r|;
    at level 0.5 that is half the squared error. An expectile is where the targets above, each by its distance, balance
    those below as (1 − level) : level; every one of them moves it, where a quantile only counts them.

    When: a cautious mean: shortfall costs more than surplus, and large misses more than small ones; risk measures.
    When not: a bound exceeded with a given probability is wanted (that is the quantile); gross outliers.
    Goes wrong: read as a quantile it is off: of normal targets, 19 in 100 exceed the 0.9 expectile, not 10. Levels near
    0 or 1 chase the one most extreme target.
    Relatives: MSE/2 at level 0.5; Quantile is the same with |r|.

    Reference: Newey, W. K. and Powell, J. L. (1987). Asymmetric Least Squares Estimation and Testing. Econometrica
    55(4).

    Example:
        >>> import lossmith as lm
        >>> lm.Expectile(level=0.75)([0.0, 0.0], [2.0, -2.0], reduction="none")
        array([3., 1.])
    """

    level: Level = 0.5  # what underestimates count, of 1 for both sides together

    def formula(self, r: Term) -> Term:
        """Two halves of parabolas that meet at their feet."""
        return where(r > 0, 1 - self.level, self.level) * r**2

    @property
    def traits(self) -> Traits:
        """Elicits the expectile; slopes without bound, and a curvature that jumps at the target."""
        return Traits(
            target=REAL,
            link=IDENTITY,
            elicits="mean" if self.level == 0.5 else "expectile",
            convex=True,
            smooth=math.inf if self.level == 0.5 else 1,
            lipschitz=math.inf,
            strictly_convex=True,
            strongly_convex=True,
            symmetric=self.level == 0.5,
        )


@dataclass(frozen=True, kw_only=True)
class MultiQuantile(Axiswise):
    """The mean of the pinball losses of several quantiles of one number, predicted side by side.

    Convention: the last axis holds a prediction for each level, the target one number; the losses of the levels, as
    ``Quantile`` has them, are averaged (some sum them, so theirs is K times ours). With ``non_crossing`` the first
    score is the lowest quantile, and the softplus of each other one is what it lies above the quantile before.

    When: a whole distribution is wanted without assuming its shape: fans of a forecast, intervals with a median.
    When not: one quantile is enough; a normal or another known shape fits (fewer numbers to learn).
    Goes wrong: predicted freely, neighbouring quantiles cross where data are few: an interval of negative width. With
    ``non_crossing``, quantiles that should coincide need scores of −∞, and a wrong lowest one moves all the others.
    Relatives: Quantile at each level; with many even levels it nears half of the CRPS; MAE/2 at the one level 0.5.

    Reference: Koenker, R. and Bassett, G. (1978). Regression Quantiles. Econometrica 46(1).

    Example:
        >>> import lossmith as lm
        >>> fan = lm.MultiQuantile(levels=(0.25, 0.5, 0.75))
        >>> fan([[-1.0, 0.0, 3.0], [1.0, 2.0, 3.0]], [0.0, 0.0], reduction="none").round(4)
        array([0.3333, 0.8333])
    """

    levels: tuple[float, ...] = (0.1, 0.5, 0.9)  # the probabilities that the target lies below the predictions
    non_crossing: bool = False  # whether the scores but the first are raised through softplus and added up

    HAS_CLASSES: ClassVar[bool] = False
    TARGET: ClassVar[Coding] = REAL
    LATEX: ClassVar[str] = (
        r"\frac{1}{K} \sum_{k=1}^{K} \left(\tau_{k} \max\left(0, t - q_{k}\right)"
        r" + \left(1 - \tau_{k}\right) \max\left(0, q_{k} - t\right)\right)"
    )
    NOTATION: ClassVar[str] = "mean over k of τₖ·max(0, t − qₖ) + (1 − τₖ)·max(0, qₖ − t)"

    def __post_init__(self) -> None:
        """Check the levels, and keep them as a tuple of floats."""
        super().__post_init__()
        given = tuple(self.levels) if isinstance(self.levels, Iterable) else (self.levels,)
        numbers = [0.0, *(float(level) if isinstance(level, Real) else math.nan for level in given), 1.0]
        if not given or not all(low < high for low, high in itertools.pairwise(numbers)):
            raise ParameterError(
                f"MultiQuantile(levels={self.levels!r}): levels between 0 and 1, each above the one before, are "
                "expected, such as (0.1, 0.5, 0.9)"
            )
        object.__setattr__(self, "levels", tuple(numbers[1:-1]))

    def function(self, prediction: Tensor, target: Tensor) -> Tensor:
        """The pinball loss of each level, averaged."""
        quantiles = prediction
        if self.non_crossing:
            raised = self._evaluate("increment", prediction[..., 1:])
            quantiles = torch.cat([prediction[..., :1], raised], -1).cumsum(-1)
        residuals = quantiles - target.unsqueeze(-1)
        below = residuals.new_tensor(self.levels).expand_as(residuals)
        above = residuals.new_tensor([1 - level for level in self.levels]).expand_as(residuals)
        return self._evaluate("pinball", residuals, below, above).mean(-1)

    def pinball(self, r: Term, below: Term, above: Term) -> Term:
        """Two lines of different slope, as in ``Quantile``."""
        return above * clip(r, low=0) + below * clip(-r, low=0)

    def increment(self, s: Term) -> Term:
        """What a score adds to the quantile before it: never below 0."""
        return softplus(s)

    def _align(self, prediction: Tensor, target: Tensor, axis: int | None) -> Aligned:
        aligned = super()._align(prediction, target, axis)
        if (count := aligned.prediction.shape[-1]) != len(self.levels):
            raise ShapeError(
                f"prediction has shape {tuple(prediction.shape)}, that is {count} quantiles, but {self!r} has "
                f"{len(self.levels)} levels; make the last layer {len(self.levels)} wide, or say axis="
            )
        return aligned

    def _sample(self, example: Tensor) -> tuple[tuple[int, ...], Tensor]:
        return (len(self.levels),), example

    def _best_constant(self, targets: Tensor, weights: Tensor | None) -> Tensor:
        best = constants.quantiles(targets, torch.tensor(self.levels, dtype=torch.float64), weights)
        if not self.non_crossing:
            return best
        steps = best.diff()  # log(eᵈ − 1) is what softplus makes d of
        return torch.cat([best[:1], steps + torch.log(-torch.expm1(-steps))])

    @property
    def traits(self) -> Traits:
        """Elicits the quantiles; kinks. Through softplus it is no longer convex, and the first score moves all."""
        mean = sum(self.levels) / len(self.levels)
        steepest = max(*self.levels, *(1 - level for level in self.levels)) / len(self.levels)
        return Traits(
            target=REAL,
            link=IDENTITY,
            elicits="quantiles",
            convex=not self.non_crossing or len(self.levels) == 1,
            smooth=0,
            lipschitz=max(mean, 1 - mean) if self.non_crossing else steepest,
            symmetric=self.levels == (0.5,),
        )
