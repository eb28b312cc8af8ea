"""Losses of a rate or of its log, for counts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from lossmith.families import Likelihood, Paired
from lossmith.fields import Positive
from lossmith.formula import exp, from_zero, log, minus, negative_binomial, softplus, times, where, zero_inflated
from lossmith.formula.terms import Term
from lossmith.links import FROM_0, LOG
from lossmith.targets import COUNT
from lossmith.traits import Traits

__all__ = ["NegativeBinomial", "Poisson", "ZeroInflatedPoisson"]


@dataclass(frozen=True, kw_only=True)
class Poisson(Paired):
    """Minus the log-likelihood of a count, without log t!: the score is the log of the rate, its exponential the mean.

    Convention: exp(s) − t·s, with slope exp(s) − t: torch's ``PoissonNLLLoss`` with its defaults. ``link="identity"``
    takes the rate itself, s − t·log s, as Keras and torch's ``log_input=False`` do, but without their 1e-7 or 1e-8
    beside s; a rate below 0 is an error, or NaN where values cannot be looked at (on a GPU, under a compiler). The term
    log t!, which does not depend on the prediction, is left out, so values may be below 0. Targets are 0 or more, and
    need not be whole: whatever their distribution, the best prediction is their mean.

    When: counts, or amounts of 0 or more, whose effects multiply and whose spread grows with their mean: visits,
    clicks, claims. An exposure (time, area) is added to the score as its log.
    When not: targets below 0 or standardised; a variance far above the mean matters (negative binomial); gross
    outliers.
    Goes wrong: a score taken for a rate is far too small, 2.2 for a count of 9. A first score of 30 gives
    a slope of 10¹³. With the identity link, the slope by a rate near 0 explodes as t/s.
    Relatives: negative binomial as its dispersion goes to 0, Tweedie of power 1; half of scikit-learn's Poisson
    deviance but for terms of the target alone.

    Reference: Gourieroux, C., Monfort, A. and Trognon, A. (1984). Pseudo Maximum Likelihood Methods: Applications to
    Poisson Models. Econometrica 52(3).

    Example:
        >>> import lossmith as lm
        >>> lm.Poisson()([0.0, 2.0], [1, 5], reduction="none").round(4)
        array([ 1.    , -2.6109])
    """

    link: Literal["log", "identity"] = "log"  # what the score is: the log of the rate, or the rate

    def formula(self, s: Term, t: Term) -> Term:
        """The rate, less the target times its log: infinite, never NaN, at a score of ∞."""
        if self.link == "log":
            return minus(exp(s), times(t, s))
        return from_zero(s, minus(s, times(t, log(s))))

    @property
    def traits(self) -> Traits:
        """Elicits the mean; slopes without bound. Of a rate, a target of 0 costs a straight line."""
        of_log = self.link == "log"
        return Traits(
            target=COUNT,
            link=LOG if of_log else FROM_0,
            elicits="mean",
            convex=True,
            smooth=math.inf,
            lipschitz=math.inf,
            strictly_convex=of_log,
        )


@dataclass(frozen=True, kw_only=True)
class NegativeBinomial(Paired):
    """Minus the log-likelihood of a count whose variance is μ + α·μ²: for counts that spread wider than Poisson has it.

    Convention: the score is the log of the mean μ, α the ``dispersion`` (statsmodels' alpha, "NB2"; 1/α is the ``size``
    of R and the ``total_count`` of torch's distribution). (t + 1/α)·log(1 + α·μ) − t·log μ, with slope (μ − t)/(1 +
    α·μ); what does not depend on the prediction is left out: − log Γ(t + 1/α) + log Γ(1/α) + log t! − t·log α. So its
    values at different α do not compare. Targets are 0 or more, and need not be whole.

    When: counts with a variance above their mean: visits to a doctor, reads of a gene, goals, defects.
    When not: zeros have a cause of their own (zero-inflated Poisson); the variance grows as the mean does (Poisson).
    Goes wrong: an α far too large makes every large count look likely, so that large means are learnt slowly: the slope
    is at most 1/α.
    Relatives: Poisson as α goes to 0, without a jump; the geometric distribution at α = 1.

    Reference: Cameron, A. C. and Trivedi, P. K. (1986). Econometric Models Based on Count Data: Comparisons and
    Applications of Some Estimators and Tests. Journal of Applied Econometrics 1(1).

    Example:
        >>> import lossmith as lm
        >>> lm.NegativeBinomial(dispersion=1.0)([0.0, 0.0], [0, 2], reduction="none").round(4)
        array([0.6931, 2.0794])
    """

    dispersion: Positive = 1.0  # α: the variance is μ + α·μ²

    def formula(self, s: Term, t: Term) -> Term:
        """One word, which is Poisson's formula where α is nothing beside 1."""
        return negative_binomial(s, t, self.dispersion)

    @property
    def traits(self) -> Traits:
        """Elicits the mean, through its log; the slope is at most 1/α, but at least −t."""
        return Traits(
            target=COUNT,
            link=LOG,
            elicits="mean",
            convex=True,
            smooth=math.inf,
            lipschitz=math.inf,
            strictly_convex=True,
        )


@dataclass(frozen=True, kw_only=True)
class ZeroInflatedPoisson(Likelihood):
    """The likelihood of counts among which some zeros have another cause: a rate, and how likely that cause is.

    Convention: the last axis holds (log rate, logit of the inflation π). A 0 costs −log(π + (1 − π)·exp(−rate)), any
    other count t −log(1 − π) + rate − t·log rate, without log t!. The mean is (1 − π)·rate.

    When: visits of people of whom some never go, catches of parties of whom some did not fish, defects of a process
    that is in order most of the time.
    When not: zeros are merely frequent (negative binomial: few rates are hard to tell from many zeros); only the mean
    is wanted (Poisson, which finds it whatever the zeros).
    Goes wrong: without any zero to spare π goes to 0 and its logit to −∞; at rates near 0 neither prediction is known:
    an inflation of ½ at rate r looks like none at r/2.
    Relatives: Poisson where the logit is −∞.

    Reference: Lambert, D. (1992). Zero-Inflated Poisson Regression, with an Application to Defects in Manufacturing.
    Technometrics 34(1).

    Example:
        >>> import lossmith as lm
        >>> lm.ZeroInflatedPoisson()([[0.0, 0.0], [0.0, 0.0]], [0, 2], reduction="none").round(4)
        array([0.3799, 1.6931])
    """

    def formula(self, log_rate: Term, inflation: Term, t: Term) -> Term:
        """Zeros of both kinds, or a count of the one kind that has counts."""
        counted = minus(exp(log_rate) + softplus(inflation), times(t, log_rate))
        return where(t > 0, counted, zero_inflated(log_rate, inflation))

    @property
    def traits(self) -> Traits:
        """Elicits the rate of what is counted, and the share of what is not."""
        return Traits(
            target=COUNT,
            link=LOG,
            elicits="rate and inflation",
            convex=False,
            smooth=math.inf,
            lipschitz=math.inf,
        )
