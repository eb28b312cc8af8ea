"""Losses of the margin m = score · target, smooth everywhere; the target is −1 or +1."""

from __future__ import annotations

import math
from dataclasses import dataclass

from lossmith.families import Margin
from lossmith.formula import arctan, exp, sigmoid, softplus
from lossmith.formula.terms import Term
from lossmith.links import ARCTAN, HALF_LOGIT, IDENTITY, LOGIT
from lossmith.targets import SIGN
from lossmith.traits import Traits

__all__ = ["Exponential", "LogisticMargin", "Savage", "SigmoidLoss", "Tangent"]


@dataclass(frozen=True, kw_only=True)
class LogisticMargin(Margin):
    """log(1 + e^(−m)): binary cross-entropy of a raw score, for labels −1 and +1.

    torch's ``SoftMarginLoss``; natural logarithm (some divide by log 2, so that the loss is 1 at 0). The score is the
    log-odds.

    When: labels are ±1 and probabilities are wanted.
    When not: labels are 0/1 or soft (BinaryCrossEntropy reads them).
    Goes wrong: on training data that can be separated the scores grow without end: the validation loss rises while the
    accuracy stays.
    Relatives: BinaryCrossEntropy after recoding, exactly; a smooth Hinge; Exponential for small losses.

    Reference: Cox, D. R. (1958). The Regression Analysis of Binary Sequences. Journal of the Royal Statistical Society
    B 20(2).

    Example:
        >>> import lossmith as lm
        >>> lm.LogisticMargin()([2.0, 0.0, -1000.0], [1, 1, 1], reduction="none").round(4)
        array([1.269e-01, 6.931e-01, 1.000e+03])
    """

    def formula(self, m: Term) -> Term:
        """One word, which does not overflow."""
        return softplus(-m)

    @property
    def traits(self) -> Traits:
        """Proper."""
        return Traits(
            target=SIGN,
            link=LOGIT,
            elicits="probability",
            convex=True,
            smooth=math.inf,
            lipschitz=1.0,
            strictly_convex=True,
            symmetric=True,
        )


@dataclass(frozen=True, kw_only=True)
class Exponential(Margin):
    """e^(−m): what AdaBoost minimises; each mistake pulls e times as hard as one that is less wrong by 1.

    The best score is half the log-odds: the probability is sigmoid(2·score), not sigmoid(score).

    When: boosting on clean labels.
    When not: labels are noisy, or scores come from a network whose start is not small.
    Goes wrong: a few mislabelled samples take all the weight, and the gradient overflows: at a margin of −89 the loss
    is infinite in float32.
    Relatives: LogisticMargin at 2m is log(1 + e^(−2m)), with the same best score and slopes of at most 2.

    Reference: Friedman, J., Hastie, T. and Tibshirani, R. (2000). Additive Logistic Regression: a Statistical View of
    Boosting. Annals of Statistics 28(2).

    Example:
        >>> import lossmith as lm
        >>> lm.Exponential()([2.0, 0.0, -1.0], [1, 1, 1], reduction="none").round(4)
        array([0.1353, 1.    , 2.7183])
    """

    def formula(self, m: Term) -> Term:
        """One word."""
        return exp(-m)

    @property
    def traits(self) -> Traits:
        """Proper through half the log-odds; slopes without bound."""
        return Traits(
            target=SIGN,
            link=HALF_LOGIT,
            elicits="probability",
            convex=True,
            smooth=math.inf,
            lipschitz=math.inf,
            strictly_convex=True,
            symmetric=True,
        )


@dataclass(frozen=True, kw_only=True)
class Savage(Margin):
    """1/(1 + e^m)²: the squared distance of the probability sigmoid(score) from the label: a Brier score.

    The score is the log-odds. (Some write 1/(1 + e^(2m))², whose score is half the log-odds.) Nothing costs more than
    1, and hopeless samples hardly pull.

    When: labels are noisy, and probabilities are wanted all the same.
    When not: the network starts far from the answer: where it is sure and wrong, the slope is next to 0.
    Goes wrong: a plateau: the loss stays at the share of samples that are confidently wrong, and training stands still.
    Relatives: squared error after a sigmoid, exactly; Tangent also bounds what is too right; LogisticMargin never lets
    go.

    Reference: Masnadi-Shirazi, H. and Vasconcelos, N. (2008). On the Design of Loss Functions for Classification:
    Theory, Robustness to Outliers, and SavageBoost. NIPS.

    Example:
        >>> import lossmith as lm
        >>> lm.Savage()([2.0, 0.0, -1000.0], [1, 1, 1], reduction="none").round(4)
        array([0.0142, 0.25  , 1.    ])
    """

    def formula(self, m: Term) -> Term:
        """The probability of the wrong label, squared."""
        return sigmoid(-m) ** 2

    @property
    def traits(self) -> Traits:
        """Proper; not convex."""
        return Traits(
            target=SIGN,
            link=LOGIT,
            elicits="probability",
            convex=False,
            smooth=math.inf,
            lipschitz=8 / 27,
            bounded=True,
            redescending=True,
            symmetric=True,
        )


@dataclass(frozen=True, kw_only=True)
class Tangent(Margin):
    """(2·arctan(m) − 1)²: bounded on both sides, so that neither the hopeless nor the too right pull.

    The best score is tan(p − ½), between ±0.546: the probability is arctan(score) + ½. At a margin of 0 it costs 1, at
    −∞ (π + 1)² = 17.2, at +∞ (π − 1)² = 4.6.

    When: outliers on both sides: labels that are wrong, and samples far on the right side.
    When not: scores are read as log-odds; the network starts with large scores, where the slope is next to 0.
    Goes wrong: scores beyond ±0.546 stand for no probability; a model that is sure and right looks worse than one that
    is hesitant, and the loss rises while the accuracy does not fall.
    Relatives: Savage bounds the wrong side only; near 0 it is SquaredMargin at 2m.

    Reference: Masnadi-Shirazi, H., Mahadevan, V. and Vasconcelos, N. (2010). On the Design of Robust Classifiers for
    Computer Vision. IEEE Conference on Computer Vision and Pattern Recognition.

    Example:
        >>> import lossmith as lm
        >>> lm.Tangent()([1.0, 0.0, -1000.0], [1, 1, 1], reduction="none").round(4)
        array([ 0.3258,  1.    , 17.1362])
    """

    def formula(self, m: Term) -> Term:
        """The squared distance of twice an angle from 1."""
        return (2 * arctan(m) - 1) ** 2

    @property
    def traits(self) -> Traits:
        """Proper through an angle; not convex."""
        m = -0.5132473179249821  # where m·(2·arctan(m) − 1) = 1: there the slope is steepest
        return Traits(
            target=SIGN,
            link=ARCTAN,
            elicits="probability",
            convex=False,
            smooth=math.inf,
            lipschitz=-4 / (m * (1 + m**2)),
            bounded=True,
            redescending=True,
            symmetric=True,
        )


@dataclass(frozen=True, kw_only=True)
class SigmoidLoss(Margin):
    """1 − tanh(m): a smooth count of mistakes, twice the step from wrong to right.

    Convention: values between 0 and 2, as in LossFunctions.jl and in Mason's DOOM II. The literature on noisy labels
    writes 1/(1 + e^m): half of this at m/2. The losses of a score and of its mirror image sum to 2, which makes the
    best classifier the same under symmetric label noise.

    When: labels are flipped at random, and the model starts near the answer.
    When not: probabilities are wanted; training from scratch with a large learning rate.
    Goes wrong: the slope is next to 0 wherever the model is sure: training stalls at once with large scores, and
    mistakes that are confident stay.
    Relatives: twice the zero-one loss for large scores; Savage is bounded too, and keeps probabilities.

    Reference: Mason, L., Baxter, J., Bartlett, P. and Frean, M. (1999). Boosting Algorithms as Gradient Descent. NIPS.

    Example:
        >>> import lossmith as lm
        >>> lm.SigmoidLoss()([2.0, 0.0, -1000.0], [1, 1, 1], reduction="none").round(4)
        array([0.036, 1.   , 2.   ])
    """

    def formula(self, m: Term) -> Term:
        """1 − tanh(m), which cancels where the answer is right, is twice a sigmoid."""
        return 2 * sigmoid(-2 * m)

    @property
    def traits(self) -> Traits:
        """Elicits the more probable label, by an infinite score; not convex."""
        return Traits(
            target=SIGN,
            link=IDENTITY,
            elicits="majority label",
            convex=False,
            smooth=math.inf,
            lipschitz=1.0,
            bounded=True,
            redescending=True,
            symmetric=True,
        )
