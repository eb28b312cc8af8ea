"""Losses of the residual r = prediction − target, for real targets."""

from __future__ import annotations

import math
from dataclasses import dataclass

from lossmith.families import Residual
from lossmith.fields import Level, Positive
from lossmith.formula import clip, log_cosh, where
from lossmith.formula.terms import Term
from lossmith.links import IDENTITY
from lossmith.targets import REAL
from lossmith.traits import Traits

__all__ = ["MAE", "MSE", "Huber", "LogCosh", "Quantile"]


@dataclass(frozen=True, kw_only=True)
class MSE(Residual):
    """Squared error r²: the best prediction is the mean, and one wild target pulls as hard as it is far away.

    Not halved: the slope is 2r. (Half of it, scikit-learn's ``HalfSquaredError``, has slope r.)

    When: errors are about normal, and the mean is what is wanted. Standardise the target first: an error of 2,000,000
    costs 4·10¹² and has a slope of 4·10⁶, which no ordinary learning rate survives.
    When not: gross outliers, heavy tails, or probabilities after a sigmoid (plateaus).

    Reference: Gauss, C. F. (1809). Theoria motus corporum coelestium. Perthes & Besser.

    Example:
        >>> import lossmith as lm
        >>> float(lm.MSE()(12e6, 10e6)), float(lm.MSE().gradient(12e6, 10e6))
        (4000000000000.0, 4000000.0)
    """

    def formula(self, r: Term) -> Term:
        """Quadratic."""
        return r**2

    @property
    def traits(self) -> Traits:
        """Elicits the mean; slopes without bound."""
        return Traits(
            target=REAL,
            link=IDENTITY,
            elicits="mean",
            convex=True,
            smooth=math.inf,
            lipschitz=math.inf,
            strictly_convex=True,
            strongly_convex=True,
            symmetric=True,
        )


@dataclass(frozen=True, kw_only=True)
class MAE(Residual):
    """Absolute error |r|: the best prediction is the median, and every target pulls equally hard.

    The slope is the sign of r, and 0 at an exact fit.

    When: Laplace-like noise, or the median is what is wanted.
    When not: the mean is wanted on a skewed target (the median lies below it), or the last digits matter: the slope
    does not shrink near the optimum, so the step size must.

    Reference: Laplace, P. S. (1774). Mémoire sur la probabilité des causes par les évènements.

    Example:
        >>> import lossmith as lm
        >>> float(lm.MAE()(12e6, 10e6)), float(lm.MAE().gradient(12e6, 10e6))
        (2000000.0, 1.0)
    """

    def formula(self, r: Term) -> Term:
        """Linear on both sides."""
        return abs(r)

    @property
    def traits(self) -> Traits:
        """Elicits the median; one kink."""
        return Traits(
            target=REAL, link=IDENTITY, elicits="median", convex=True, smooth=0, lipschitz=1.0, symmetric=True
        )


@dataclass(frozen=True, kw_only=True)
class Huber(Residual):
    """Quadratic near the target, linear in the tails: large errors pull, but do not shout.

    Convention: r²/2 inside δ and δ·(|r| − δ/2) outside, so the slope is clipped to ±δ. (torch's ``SmoothL1`` is this
    divided by its ``beta``.)

    When: mostly clean errors with gross outliers; δ about 1.35 robust standard deviations of the clean errors.
    When not: the mean of a skewed target is wanted.

    Reference: Huber, P. J. (1964). Robust Estimation of a Location Parameter. Annals of Mathematical Statistics 35(1).

    Example:
        >>> import lossmith as lm
        >>> lm.Huber(delta=1.0)([0.5, 3.0], [0.0, 0.0], reduction="none")
        array([0.125, 2.5  ])
    """

    delta: Positive = 1.0  # where the parabola hands over to the line, in the target's units

    def formula(self, r: Term) -> Term:
        """A parabola that goes on as its own tangent."""
        a = abs(r)
        return where(a <= self.delta, r**2 / 2, self.delta * (a - self.delta / 2))

    @property
    def traits(self) -> Traits:
        """Elicits Huber's centre, between mean and median."""
        return Traits(
            target=REAL, link=IDENTITY, elicits="centre", convex=True, smooth=1, lipschitz=self.delta, symmetric=True
        )


@dataclass(frozen=True, kw_only=True)
class LogCosh(Residual):
    """log(cosh r): Huber's shape without a seam, r²/2 near the target and |r| − log 2 in the tails.

    When: Huber's case where a smooth second derivative is wanted; the target is standardised (the hand-over is at
    about 1 in the target's own units and cannot be moved).
    When not: the scale of the errors is far from 1.

    Reference: Green, P. J. (1990). Bayesian reconstructions from emission tomography data using a modified EM
    algorithm. IEEE Transactions on Medical Imaging 9(1).

    Example:
        >>> import lossmith as lm
        >>> round(float(lm.LogCosh()(500.0, -200.0)), 4)
        699.3069
    """

    def formula(self, r: Term) -> Term:
        """One word, which is exact from 1e-300 to 1e300."""
        return log_cosh(r)

    @property
    def traits(self) -> Traits:
        """Elicits a centre between mean and median; convex, though its curvature dies out in the tails."""
        return Traits(
            target=REAL,
            link=IDENTITY,
            elicits="centre",
            convex=True,
            smooth=math.inf,
            lipschitz=1.0,
            strictly_convex=True,
            symmetric=True,
        )


@dataclass(frozen=True, kw_only=True)
class Quantile(Residual):
    """The pinball loss: the best prediction is the quantile of the given level.

    Convention: a target above the prediction costs level·|r|, one below it (1 − level)·|r|; at level 0.5 that is half
    the absolute error. The slope is 0 at an exact fit.

    When: a bound that is exceeded with a given probability is wanted: stock, delivery times, prediction intervals.
    When not: the average is wanted.

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
