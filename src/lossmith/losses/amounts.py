"""Losses of a positive mean, or of its log, for amounts: what claims cost, how long things last."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Literal

from lossmith.families import Paired
from lossmith.fields import Range
from lossmith.formula import box_cox, exp, from_zero, minus, ratio_and_inverse, ratio_and_log, times, where
from lossmith.formula.terms import Term
from lossmith.links import FROM_0, LOG
from lossmith.targets import COUNT, POSITIVE
from lossmith.traits import Traits

__all__ = ["Gamma", "InverseGaussian", "Tweedie"]


@dataclass(frozen=True, kw_only=True)
class Gamma(Paired):
    """The likelihood of a positive amount whose spread is in proportion to its mean: errors count in per cent.

    Convention: the score is the log of the mean, s + t·exp(−s), with slope 1 − t/mean; ``link="identity"`` takes the
    mean itself, log s + t/s, where a score below 0 is an error (NaN where values cannot be looked at) and one of 0 is
    infinite. Minus the log-likelihood over the shape parameter, without terms of the target alone; half of
    scikit-learn's gamma deviance is this less log t + 1.

    When: amounts above 0, skewed to the right, whose relative error is what matters: costs of a claim, incomes, waits.
    When not: targets of 0 (Tweedie); a median rather than a mean is wanted; absolute errors are what is paid for.
    Goes wrong: too low by a factor k costs k, too high by k costs log k: a first score far below the target's log gives
    slopes of exp(distance), one far above a slope of 1. With the identity link far too large means have next to no
    slope, and training stalls there.
    Relatives: Tweedie of power 2; the exponential distribution's likelihood; Itakura–Saito but for terms of the target.

    Reference: Nelder, J. A. and Wedderburn, R. W. M. (1972). Generalized Linear Models. Journal of the Royal
    Statistical Society A 135(3).

    Example:
        >>> import lossmith as lm
        >>> lm.Gamma()([0.0, 0.0], [1.0, 3.0], reduction="none")
        array([1., 3.])
    """

    link: Literal["log", "identity"] = "log"  # what the score is: the log of the mean, or the mean

    def formula(self, s: Term, t: Term) -> Term:
        """The target over the mean, and the mean's log."""
        return minus(times(t, exp(-s)), -s) if self.link == "log" else from_zero(s, ratio_and_log(s, t))

    @property
    def traits(self) -> Traits:
        """Elicits the mean; of the mean itself it is convex up to twice the target alone."""
        of_log = self.link == "log"
        return Traits(
            target=POSITIVE,
            link=LOG if of_log else FROM_0,
            elicits="mean",
            convex=of_log,
            smooth=math.inf,
            lipschitz=math.inf,
            strictly_convex=of_log,
            redescending=not of_log,
        )


@dataclass(frozen=True, kw_only=True)
class InverseGaussian(Paired):
    """The likelihood of a positive amount whose variance grows as its mean cubed: the heaviest tail of the usual ones.

    Convention: the score is the log of the mean, t·exp(−2s)/2 − exp(−s); ``link="identity"`` takes the mean itself,
    t/(2s²) − 1/s, where a score below 0 is an error (NaN where values cannot be looked at) and one of 0 is infinite.
    Minus the log-likelihood over the shape parameter, without terms of the target alone: (t − μ)²/(2·μ²·t) is this plus
    1/(2t). Values are above −1/(2t).

    When: times until something is reached (a threshold, a failure), claims with rare giants.
    When not: targets of 0; the spread grows as the mean does (gamma: its slopes do not die out).
    Goes wrong: a mean far too large costs next to nothing more than one a little too large, so that the slope dies out
    and training stays there; a mean ten times too small has a slope of 90/t. Start from ``best_constant``.
    Relatives: gamma and Poisson, of variance μ² and μ; beyond Tweedie here, as its power is 3.

    Reference: Tweedie, M. C. K. (1957). Statistical Properties of Inverse Gaussian Distributions. Annals of
    Mathematical Statistics 28(2).

    Example:
        >>> import lossmith as lm
        >>> lm.InverseGaussian()([0.0, 0.0], [1.0, 4.0], reduction="none")
        array([-0.5,  1. ])
    """

    link: Literal["log", "identity"] = "log"  # what the score is: the log of the mean, or the mean

    def formula(self, s: Term, t: Term) -> Term:
        """As a product, whose factors overflow together."""
        return exp(-s) * (times(t, exp(-s)) / 2 - 1) if self.link == "log" else from_zero(s, ratio_and_inverse(s, t))

    @property
    def traits(self) -> Traits:
        """Elicits the mean; not convex: flat where the mean is far too large."""
        of_log = self.link == "log"
        return Traits(
            target=POSITIVE,
            link=LOG if of_log else FROM_0,
            elicits="mean",
            convex=False,
            smooth=math.inf,
            lipschitz=math.inf,
            redescending=not of_log,
        )


@dataclass(frozen=True, kw_only=True)
class Tweedie(Paired):
    """The loss of amounts that are often exactly 0 and otherwise spread: a bridge from Poisson to gamma.

    Convention: the score s is the log of the mean; with the power p, (exp((2 − p)·s) − 1)/(2 − p) − t·(exp((1 − p)·s) −
    1)/(1 − p), with slope (mean − t)·mean^(1 − p). It is continuous in p: Poisson less 1 at p = 1, gamma less t at p =
    2. scikit-learn's ``HalfTweedieLoss`` and others leave out the two −1, whose terms do not depend on the score, and
    so jump to infinity at the ends. Targets are 0 or more; at p = 2 above 0.

    When: totals with many zeros: claims per policy, rain per day, spending per customer. p near 1.5 does; where the
    variance grows as mean^p, p is the slope of log variance over log mean.
    When not: no zeros (gamma); counts (Poisson); zeros with a cause of their own.
    Goes wrong: p near 2 over many zeros: they cost s, so that predictions drift to 0 on them. Values at different p do
    not compare.
    Relatives: Poisson at p = 1, gamma at p = 2.

    Reference: Jørgensen, B. (1987). Exponential Dispersion Models. Journal of the Royal Statistical Society B 49(2).

    Example:
        >>> import lossmith as lm
        >>> lm.Tweedie(power=1.5)([0.0, 2.0], [0.0, 4.0], reduction="none").round(4)
        array([ 0.    , -1.6204])
    """

    power: Annotated[float, Range(1, 2)] = 1.5  # p: the variance grows as mean^p

    def formula(self, s: Term, t: Term) -> Term:
        """Two Box–Cox transforms of the mean; of the two infinities at either end the larger goes first."""
        whole, share = box_cox(s, 2 - self.power), times(t, box_cox(s, 1 - self.power))
        return where(s > 0, minus(whole, share), minus(-share, -whole))

    @property
    def traits(self) -> Traits:
        """Elicits the mean, through its log; slopes without bound."""
        return Traits(
            target=COUNT if self.power < 2 else POSITIVE,
            link=LOG,
            elicits="mean",
            convex=True,
            smooth=math.inf,
            lipschitz=math.inf,
            strictly_convex=True,
        )
