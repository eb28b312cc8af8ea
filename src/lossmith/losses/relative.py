"""Losses of an error beside the size of the target."""

from __future__ import annotations

import math
from dataclasses import dataclass

from lossmith.families import Paired
from lossmith.fields import Positive
from lossmith.formula import clip, log1p, log1p_gap, relative_gap, square, where
from lossmith.formula.terms import Term
from lossmith.links import IDENTITY
from lossmith.targets import COUNT, REAL
from lossmith.traits import Traits

__all__ = ["MAPE", "MSLE", "SMAPE"]


@dataclass(frozen=True, kw_only=True)
class MSLE(Paired):
    """Squared error of log(1 + prediction) against log(1 + target): ratios count, where MSE counts differences.

    The prediction is the quantity itself, not its logarithm. Targets are 0 or more. Below a prediction of 0 the
    logarithm goes on as its tangent, so the loss is (s − log(1 + t))² there: defined for all scores, with a slope that
    leads back. (Keras holds predictions at 1e-7, where the slope is 0; others give NaN from −1 on.)

    When: targets of 0 or more over several orders of magnitude, where 10 for 20 is as bad as 1,000 for 2,000.
    When not: the mean is wanted: the best constant is the geometric mean of 1 + t, less 1, which lies below it.
    Goes wrong: an overestimate pulls ever less the larger it is, so a network that starts far above stays there; one
    whose totals are added up (revenue, demand) comes out too low.
    Relatives: MSE of log(1 + t), with a network that puts out the logarithm, is convex and learns the same.

    Reference: Törnqvist, L., Vartia, P. and Vartia, Y. O. (1985). How Should Relative Changes Be Measured? The American
    Statistician 39(1).

    Example:
        >>> import lossmith as lm
        >>> lm.MSLE()([9.0, 99.0, -1.0], [99.0, 9.0, 0.0], reduction="none").round(4)
        array([5.3019, 5.3019, 1.    ])
    """

    def formula(self, s: Term, t: Term) -> Term:
        """The gap of two logarithms, one of which is continued by its tangent."""
        return square(where(s < 0, s - log1p(t), log1p_gap(s, t)))

    @property
    def traits(self) -> Traits:
        """Elicits the mean of log(1 + t); flat far above the target, so not convex."""
        return Traits(
            target=COUNT,
            link=IDENTITY,
            elicits="mean of the logarithm",
            convex=False,
            smooth=1,
            lipschitz=math.inf,
        )


@dataclass(frozen=True, kw_only=True)
class MAPE(Paired):
    """Absolute error as a share of the target: |r| / |t|, the mean absolute percentage error.

    Convention: a fraction, as in scikit-learn, where Keras has percent (times 100). The divisor is at least ε, here as
    in Keras 1e-7, in scikit-learn 2.2e-16.

    When: an error of 10 % is equally bad at every size, and no target is near 0.
    When not: targets touch 0 or change sign; the median or mean is wanted: the best constant is a median in which each
    target weighs 1/|t|, far below the plain one.
    Goes wrong: predictions come out too low, as an underestimate costs at most 1 and an overestimate any amount; one
    target of 0 weighs 10⁷ and all the others nothing, which looks like a loss that jumps with the batch.
    Relatives: MAE with the weight 1/|t|; MSLE treats both directions alike; SMAPE is bounded.

    Reference: De Myttenaere, A., Golden, B., Le Grand, B. and Rossi, F. (2016). Mean Absolute Percentage Error for
    regression models. Neurocomputing 192.

    Example:
        >>> import lossmith as lm
        >>> lm.MAPE()([8.0, 0.0, 30.0], [10.0, 10.0, 10.0], reduction="none")
        array([0.2, 1. , 2. ])
    """

    epsilon: Positive = 1e-7  # the least divisor, in the target's units

    def formula(self, s: Term, t: Term) -> Term:
        """The absolute error, divided."""
        return abs(s - t) / clip(abs(t), low=self.epsilon)

    @property
    def traits(self) -> Traits:
        """Elicits a weighted median; steepest where the target is 0."""
        return Traits(
            target=REAL,
            link=IDENTITY,
            elicits="median weighted by 1/|t|",
            convex=True,
            smooth=0,
            lipschitz=1 / self.epsilon,
            symmetric=True,
        )


@dataclass(frozen=True, kw_only=True)
class SMAPE(Paired):
    """Absolute error beside the size of both: 2·|r| / (|s| + |t|), from 0 to 2; 0 where both are 0.

    Convention: a fraction of the mean of |s| and |t|, as in torchmetrics; the M4 competition has it in percent (times
    100), and some leave the 2 out, so that it ends at 1.

    When: a bounded score of forecasts of very different sizes is asked for, as in forecasting competitions.
    When not: anything else is possible. It is not convex, and not symmetric: an underestimate costs more than the same
    overestimate.
    Goes wrong: a prediction of the wrong sign costs 2 and has slope 0, so it never comes back; against a target of 0
    everything but 0 costs 2, with slope 0 too.
    Relatives: |tanh|·2 of half the log-ratio, of positive numbers; MAPE and MSLE nearby.

    Reference: Makridakis, S. (1993). Accuracy measures: theoretical and practical concerns. International Journal of
    Forecasting 9(4).

    Example:
        >>> import lossmith as lm
        >>> lm.SMAPE()([5.0, 15.0, -1.0, 0.0], [10.0, 10.0, 10.0, 0.0], reduction="none").round(4)
        array([0.6667, 0.4   , 2.    , 0.    ])
    """

    def formula(self, s: Term, t: Term) -> Term:
        """One word, whose slope does not cancel."""
        return 2 * relative_gap(s, t)

    @property
    def traits(self) -> Traits:
        """Of positive targets it elicits one of them; slopes without bound for targets near 0."""
        return Traits(
            target=REAL,
            link=IDENTITY,
            elicits="deepest centre",
            convex=False,
            smooth=0,
            lipschitz=math.inf,
            bounded=True,
            redescending=True,
        )
