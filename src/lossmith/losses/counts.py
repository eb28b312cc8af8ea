"""Losses of the log of a rate, for counts and other targets of 0 or more."""

from __future__ import annotations

import math
from dataclasses import dataclass

from lossmith.families import Paired
from lossmith.formula import exp, minus, times
from lossmith.formula.terms import Term
from lossmith.links import LOG
from lossmith.targets import COUNT
from lossmith.traits import Traits

__all__ = ["Poisson"]


@dataclass(frozen=True, kw_only=True)
class Poisson(Paired):
    """Minus the log-likelihood of a count, without log t!: the score is the log of the rate, its exponential the mean.

    Convention: exp(s) − t·s. The term log t!, which does not depend on the prediction, is left out, so values may be
    below 0 (torch's ``PoissonNLLLoss`` with its defaults). The slope is exp(s) − t. Targets are 0 or more, and need
    not be whole: whatever their distribution, the best prediction is the log of their mean.

    When: counts, or amounts of 0 or more, whose effects multiply and whose spread grows with their mean: visits,
    clicks, claims. An exposure (time, area) is added to the score as its log.
    When not: targets below 0 or standardised; the network puts out the rate itself (pass its log); gross outliers.

    Reference: Gourieroux, C., Monfort, A. and Trognon, A. (1984). Pseudo Maximum Likelihood Methods: Applications to
    Poisson Models. Econometrica 52(3).

    Example:
        >>> import lossmith as lm
        >>> lm.Poisson()([0.0, 2.0], [1, 5], reduction="none").round(4)
        array([ 1.    , -2.6109])
    """

    def formula(self, s: Term, t: Term) -> Term:
        """The rate, less the target times its log: infinite, never NaN, at a score of ∞."""
        return minus(exp(s), times(t, s))

    @property
    def traits(self) -> Traits:
        """Elicits the mean, through its log; slopes without bound."""
        return Traits(
            target=COUNT,
            link=LOG,
            elicits="mean",
            convex=True,
            smooth=math.inf,
            lipschitz=math.inf,
            strictly_convex=True,
        )
