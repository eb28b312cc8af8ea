"""Losses of one raw score for a yes or a no."""

from __future__ import annotations

import math
from dataclasses import dataclass

from lossmith.families import Margin, Paired
from lossmith.fields import Factor, Smoothing
from lossmith.formula import clip, log, log1mexp, log1p, softplus, times
from lossmith.formula.terms import Term
from lossmith.links import IDENTITY, LOGIT
from lossmith.targets import BINARY, SIGN
from lossmith.traits import Traits

__all__ = ["BinaryCrossEntropy", "Hinge", "SquaredHinge"]


@dataclass(frozen=True, kw_only=True)
class BinaryCrossEntropy(Paired):
    """Minus the log-likelihood of a yes or a no: the score estimates the log-odds, its sigmoid the probability.

    The prediction is the raw score; ``given="probabilities"`` says otherwise. Targets are 0, 1 or between. The slope by
    the score is p − t: it never dies while the answer is wrong, where squared error after a sigmoid has a plateau.

    When: two classes, or several labels that may hold together; probabilities are wanted.
    When not: classes exclude each other (take cross-entropy), or labels are -1/+1 (hinge, or recode).

    Reference: Cox, D. R. (1958). The Regression Analysis of Binary Sequences. Journal of the Royal Statistical Society
    B 20(2).

    Example:
        >>> import lossmith as lm
        >>> spam = lm.BinaryCrossEntropy()
        >>> round(float(spam(0.1, 1, given="probabilities")), 6)
        2.302585
    """

    pos_weight: Factor = 1.0  # what a positive counts against a negative; no part of the mean's denominator
    label_smoothing: Smoothing = 0.0  # the label ε moves from t to (1 − ε)·t + ε/2, as in Keras

    def formula(self, s: Term, t: Term) -> Term:
        """From the score."""
        t = self._smoothed(t)
        return times(self.pos_weight * t, softplus(-s)) + times(1 - t, softplus(s))

    def formula_of_probability(self, p: Term, t: Term) -> Term:
        """From the probability: infinite, never NaN, where it is 0 or 1 and wrong."""
        t = self._smoothed(t)
        return times(self.pos_weight * t, -log(p)) + times(1 - t, -log1p(-p))

    def formula_of_log_probability(self, log_p: Term, t: Term) -> Term:
        """From the log-probability."""
        t = self._smoothed(t)
        return times(self.pos_weight * t, -log_p) + times(1 - t, -log1mexp(log_p))

    def _smoothed(self, t: Term) -> Term:
        return (1 - self.label_smoothing) * t + self.label_smoothing / 2

    @property
    def traits(self) -> Traits:
        """Proper, unless positives are weighted or labels smoothed."""
        smoothed = "probability, smoothed" if self.label_smoothing else "probability"
        return Traits(
            target=BINARY,
            link=LOGIT,
            elicits=smoothed if self.pos_weight == 1 else "probability, reweighted",
            convex=True,
            smooth=math.inf,
            lipschitz=max(1.0, self.pos_weight) * (1 - self.label_smoothing / 2),
            strictly_convex=True,
            symmetric=self.pos_weight == 1,
        )


@dataclass(frozen=True, kw_only=True)
class Hinge(Margin):
    """max(0, 1 − m): right answers beyond the margin cost nothing, so that only the hard cases pull.

    Targets are -1 and +1. The slope is 0 at the margin itself.

    When: the decision matters, not its probability: the maximum-margin alternative.
    When not: probabilities are wanted; labels are 0/1 (write 2·t − 1).

    Reference: Cortes, C. and Vapnik, V. (1995). Support-Vector Networks. Machine Learning 20(3).

    Example:
        >>> import lossmith as lm
        >>> lm.Hinge()([2.0, 0.5, -1.0], [1, 1, 1], reduction="none")
        array([0. , 0.5, 2. ])
    """

    def formula(self, m: Term) -> Term:
        """Linear up to the margin, then 0."""
        return clip(1 - m, low=0)

    @property
    def traits(self) -> Traits:
        """Elicits the more probable label."""
        return Traits(
            target=SIGN, link=IDENTITY, elicits="majority label", convex=True, smooth=0, lipschitz=1.0, symmetric=True
        )


@dataclass(frozen=True, kw_only=True)
class SquaredHinge(Margin):
    """max(0, 1 − m)²: the hinge with a smooth foot, which pulls harder the wronger the answer.

    Targets are -1 and +1; not halved.

    When: hinge's case with a smooth optimiser; it often converges faster.
    When not: labels are noisy (a wild mistake pulls without bound).

    Reference: Chang, K.-W., Hsieh, C.-J. and Lin, C.-J. (2008). Coordinate Descent Method for Large-scale L2-loss
    Linear Support Vector Machines. Journal of Machine Learning Research 9.

    Example:
        >>> import lossmith as lm
        >>> lm.SquaredHinge()([2.0, 0.5, -1.0], [1, 1, 1], reduction="none")
        array([0.  , 0.25, 4.  ])
    """

    def formula(self, m: Term) -> Term:
        """A parabola up to the margin, then 0."""
        return clip(1 - m, low=0) ** 2

    @property
    def traits(self) -> Traits:
        """Elicits the more probable label; slopes without bound."""
        return Traits(
            target=SIGN,
            link=IDENTITY,
            elicits="majority label",
            convex=True,
            smooth=1,
            lipschitz=math.inf,
            symmetric=True,
        )
