"""Losses whose two sides differ, so that they elicit other values of a distribution than its middle."""

from __future__ import annotations

import math
from dataclasses import dataclass

from lossmith.families import Residual
from lossmith.fields import Level
from lossmith.formula import clip, where
from lossmith.formula.terms import Term
from lossmith.links import IDENTITY
from lossmith.targets import REAL
from lossmith.traits import Traits

__all__ = ["Expectile", "Quantile"]


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
