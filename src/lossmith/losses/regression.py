"""Losses of the residual r = prediction − target, for real targets."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from lossmith.families import Residual
from lossmith.fields import Positive
from lossmith.formula import clip, hyperbola, log_cosh, where
from lossmith.formula.terms import Term
from lossmith.links import IDENTITY
from lossmith.targets import REAL
from lossmith.traits import Traits

__all__ = [
    "MAE",
    "MSE",
    "RMSE",
    "EpsilonInsensitive",
    "Huber",
    "LogCosh",
    "PseudoHuber",
    "SmoothL1",
    "SquaredEpsilonInsensitive",
]


@dataclass(frozen=True, kw_only=True)
class MSE(Residual):
    """Squared error r²: the best prediction is the mean, and one wild target pulls as hard as it is far away.

    Not halved: the slope is 2r. (Half of it, scikit-learn's ``HalfSquaredError``, has slope r.)

    When: errors are about normal, and the mean is what is wanted. Standardise the target first: an error of 2,000,000
    costs 4·10¹² and has a slope of 4·10⁶, which no ordinary learning rate survives.
    When not: gross outliers, heavy tails, or probabilities after a sigmoid (plateaus).
    Goes wrong: one wild target decides the fit, and an unscaled target makes the first steps explode.
    Relatives: the limit of Huber for a large δ; the expectile at level 0.5; the Gaussian likelihood of a fixed scale.

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
class RMSE(Residual):
    """Root mean squared error: the root of MSE over the whole batch, in the target's own units.

    ``mean`` is √(Σ w·r² / Σ w) and ``sum`` √(Σ w·r²); one element, as ``reduction="none"`` gives it, has |r|, and that
    is what traits speak of. The gradient is that of MSE over 2·RMSE: the batch as a whole pulls equally hard however
    far off it is. At an exact fit it is 0, where the root of torch's MSE has NaN; no square overflows.

    When: the figure that is reported is to be the one that is trained, with all data in one batch.
    When not: batches are small, of unequal size, accumulated or on several machines: a mean of roots is not the root of
    the mean. MSE has the same best predictions without this.
    Goes wrong: near an exact fit the gradient does not shrink with the error, so the last digits jitter unless the step
    does; a batch with one gross outlier all but silences its other elements.
    Relatives: the root of MSE; MAE where all errors are equally large.

    Reference: Hyndman, R. J. and Koehler, A. B. (2006). Another look at measures of forecast accuracy. International
    Journal of Forecasting 22(4).

    Example:
        >>> import lossmith as lm
        >>> float(lm.RMSE()([1.0, 7.0], [0.0, 0.0])), float(lm.RMSE()([2.0], [2.0]))
        (5.0, 0.0)
    """

    MEAN_ORDER: ClassVar[float] = 2.0

    def formula(self, r: Term) -> Term:
        """Of one element, whose root mean square is its size."""
        return abs(r)

    @property
    def traits(self) -> Traits:
        """Over a batch it elicits the mean; the rest is said of one element."""
        return Traits(target=REAL, link=IDENTITY, elicits="mean", convex=True, smooth=0, lipschitz=1.0, symmetric=True)


@dataclass(frozen=True, kw_only=True)
class MAE(Residual):
    """Absolute error |r|: the best prediction is the median, and every target pulls equally hard.

    The slope is the sign of r, and 0 at an exact fit.

    When: Laplace-like noise, or the median is what is wanted.
    When not: the mean is wanted on a skewed target (the median lies below it), or the last digits matter: the slope
    does not shrink near the optimum, so the step size must.
    Goes wrong: sums of its predictions come out too low on a skewed target; the loss jitters at the end of training.
    Relatives: twice the quantile loss at level 0.5; the limit of Huber over δ for a small δ; the Laplace likelihood
    of a fixed scale.

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
    Goes wrong: δ in the wrong units. Far above the errors it is half of MSE, far below it is MAE with tiny slopes.
    Relatives: half of MSE inside δ, δ times MAE outside; SmoothL1 times its beta; pseudo-Huber is its smooth twin.

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
    Goes wrong: on a target in large units it is MAE, on one in tiny units half of MSE, without a word.
    Relatives: Huber at δ = 1, smoothed; MSE over 2 near the target, MAE less log 2 far from it.

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
class SmoothL1(Residual):
    """Absolute error with its kink rounded off: a parabola inside β, of slope ±1 outside.

    Convention: r²/(2β) inside β and |r| − β/2 outside, as torch has it: Huber with δ = β, divided by β. The slope stays
    within ±1 whatever β is. (MXNet's ``scalar`` σ is 1/√β.)

    When: box regression and other work that is compared with published runs; β may change and the step size stay.
    When not: a threshold in Huber's convention is at hand; errors are always far above β (it is MAE then).
    Goes wrong: β far below the errors, as with targets in pixels or money: the parabola is never seen, and the last
    digits jitter as with MAE. β far above them: slopes of r/β, so small that nothing is learnt.
    Relatives: Huber times 1/β; MAE as β goes to 0; PseudoHuber has no seam.

    Reference: Girshick, R. (2015). Fast R-CNN. International Conference on Computer Vision.

    Example:
        >>> import lossmith as lm
        >>> lm.SmoothL1(beta=0.5)([0.25, 3.0], [0.0, 0.0], reduction="none")
        array([0.0625, 2.75  ])
    """

    beta: Positive = 1.0  # where the parabola hands over to the line, in the target's units

    def formula(self, r: Term) -> Term:
        """A parabola that goes on as its own tangent, of slope 1."""
        a = abs(r)
        return where(a <= self.beta, r**2 / (2 * self.beta), a - self.beta / 2)

    @property
    def traits(self) -> Traits:
        """Elicits Huber's centre; the slope is at most 1."""
        return Traits(
            target=REAL, link=IDENTITY, elicits="centre", convex=True, smooth=1, lipschitz=1.0, symmetric=True
        )


@dataclass(frozen=True, kw_only=True)
class PseudoHuber(Residual):
    """δ²·(√(1 + (r/δ)²) − 1): Huber's shape in one piece, with all its derivatives.

    Convention: about r²/2 near the target and δ·|r| − δ² in the tails, so the slope stays within ±δ, as Huber's does.
    (Charbonnier's √(r² + δ²) is this divided by δ, plus δ.)

    When: Huber's case where second derivatives are wanted (boosting, Newton's method), with a hand-over to choose.
    When not: clean errors are to count exactly as in MSE: here the slope bends away from r at once.
    Goes wrong: δ far below the errors makes a MAE of size δ: slopes and steps shrink with it, and training stalls.
    Relatives: Huber with the seam smoothed away; MSE/2 as δ grows; LogCosh has its hand-over fixed at 1.

    Reference: Hartley, R. and Zisserman, A. (2003). Multiple View Geometry in Computer Vision. Cambridge University
    Press.

    Example:
        >>> import lossmith as lm
        >>> lm.PseudoHuber(delta=0.75)([1.0, -1.0], [0.0, 0.0], reduction="none")
        array([0.375, 0.375])
    """

    delta: Positive = 1.0  # about where the parabola hands over to the line, in the target's units

    def formula(self, r: Term) -> Term:
        """A hyperbola, scaled."""
        return self.delta**2 * hyperbola(r / self.delta)

    @property
    def traits(self) -> Traits:
        """Elicits a centre between mean and median; convex, though its curvature dies out in the tails."""
        return Traits(
            target=REAL,
            link=IDENTITY,
            elicits="centre",
            convex=True,
            smooth=math.inf,
            lipschitz=self.delta,
            strictly_convex=True,
            symmetric=True,
        )


@dataclass(frozen=True, kw_only=True)
class EpsilonInsensitive(Residual):
    """max(0, |r| − ε): errors of up to ε cost nothing, larger ones only what they exceed it by.

    Any prediction within ε of the target is as good as an exact one, and its slope is 0: support vector regression. The
    best constant is the median of all targets moved up by ε and down by ε.

    When: what is within a tolerance is right: rounded labels, a sensor's resolution, a price to the nearest cent.
    When not: the last digits matter: below ε nothing is learnt.
    Goes wrong: ε near the spread of the targets: the loss is 0 from the start, all slopes with it. On standardised
    targets ε is a share of their standard deviation.
    Relatives: MAE as ε goes to 0; two hinges back to back; SquaredEpsilonInsensitive has no kink.

    Reference: Vapnik, V. (1995). The Nature of Statistical Learning Theory. Springer.

    Example:
        >>> import lossmith as lm
        >>> lm.EpsilonInsensitive(epsilon=0.5)([0.25, 3.0], [0.0, 0.0], reduction="none")
        array([0. , 2.5])
    """

    epsilon: Positive = 0.1  # the error that costs nothing, in the target's units

    def formula(self, r: Term) -> Term:
        """Flat inside the tube, linear outside."""
        return clip(abs(r) - self.epsilon, low=0)

    @property
    def traits(self) -> Traits:
        """Elicits a centre near the median; flat in the middle, so not strictly convex."""
        return Traits(
            target=REAL, link=IDENTITY, elicits="centre", convex=True, smooth=0, lipschitz=1.0, symmetric=True
        )


@dataclass(frozen=True, kw_only=True)
class SquaredEpsilonInsensitive(Residual):
    """max(0, |r| − ε)²: errors of up to ε cost nothing, larger ones the square of what they exceed it by.

    Not halved: the slope is 2·(|r| − ε), away from the target. Flat inside ε, so that it is convex but not strictly:
    wherever all errors are below ε, every prediction is equally good.

    When: EpsilonInsensitive's case with a smooth optimiser, and large errors that must not be.
    When not: gross outliers (they pull as in MSE), or the last digits matter.
    Goes wrong: as EpsilonInsensitive: with a wide ε nothing is learnt from the start. Its curvature of 0 inside ε stops
    a Newton step, and boosting on second derivatives divides by 0 there.
    Relatives: MSE as ε goes to 0; the square of EpsilonInsensitive.

    Reference: Vapnik, V. (1995). The Nature of Statistical Learning Theory. Springer.

    Example:
        >>> import lossmith as lm
        >>> lm.SquaredEpsilonInsensitive(epsilon=0.5)([0.25, 3.0], [0.0, 0.0], reduction="none")
        array([0.  , 6.25])
    """

    epsilon: Positive = 0.1  # the error that costs nothing, in the target's units

    def formula(self, r: Term) -> Term:
        """Flat inside the tube, two halves of a parabola outside."""
        return clip(abs(r) - self.epsilon, low=0) ** 2

    @property
    def traits(self) -> Traits:
        """Elicits a centre near the mean; slopes without bound; flat in the middle, so not strictly convex."""
        return Traits(
            target=REAL, link=IDENTITY, elicits="centre", convex=True, smooth=1, lipschitz=math.inf, symmetric=True
        )
