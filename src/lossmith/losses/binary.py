"""Losses of one raw score for a yes or a no that is written as 1 or 0."""

from __future__ import annotations

import math
from dataclasses import dataclass

from lossmith.families import Paired
from lossmith.fields import Factor, Smoothing
from lossmith.formula import log, log1mexp, log1p, softplus, times
from lossmith.formula.terms import Term
from lossmith.links import LOGIT
from lossmith.targets import BINARY
from lossmith.traits import Traits

__all__ = ["BinaryCrossEntropy"]


@dataclass(frozen=True, kw_only=True)
class BinaryCrossEntropy(Paired):
    """Minus the log-likelihood of a yes or a no: the score estimates the log-odds, its sigmoid the probability.

    The prediction is the raw score; ``given="probabilities"`` says otherwise. Targets are 0, 1 or between. The slope by
    the score is p − t: it never dies while the answer is wrong, where squared error after a sigmoid has a plateau.

    When: two classes, or several labels that may hold together; probabilities are wanted.
    When not: classes exclude each other (take cross-entropy), or labels are -1/+1 (LogisticMargin, or recode).
    Goes wrong: a sigmoid before it flattens all scores into 0 to 1: the loss stays above 0.31 and training crawls. One
    label that is wrong costs as much as the score is sure, without bound.
    Relatives: LogisticMargin reads ±1; BinaryFocal turns the easy samples down; Savage is squared error after the same
    sigmoid.

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
