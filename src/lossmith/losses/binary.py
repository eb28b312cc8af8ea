"""Losses of one raw score for a yes or a no that is written as 1 or 0."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

from lossmith.families import Paired
from lossmith.fields import Exponent, Factor, Range, Smoothing
from lossmith.formula import (
    both,
    exp,
    expm1,
    focus,
    log,
    log1mexp,
    log1p,
    log_rest,
    power,
    sigmoid,
    softplus,
    times,
    where,
)
from lossmith.formula.terms import Term
from lossmith.kernels.dispatch import remembered
from lossmith.links import LOGIT
from lossmith.targets import BINARY
from lossmith.traits import Traits, steepest

__all__ = ["Asymmetric", "BinaryCrossEntropy", "BinaryFocal"]


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


@dataclass(frozen=True, kw_only=True)
class BinaryFocal(Paired):
    """(1 − p_t)^γ·BCE: binary cross-entropy that turns samples down as the probability p_t of their label grows.

    Convention: p_t = p·t + (1 − p)·(1 − t), also for soft targets, as in torchvision and Keras; the gradient goes
    through (1 − p_t)^γ too. ``alpha`` weighs positives with α and negatives with 1 − α (torchvision's
    ``sigmoid_focal_loss`` has 0.25; other libraries swap the two); −1, the default, weighs none. At γ = 0 it is BCE.

    When: a few hard positives among very many easy negatives: detection, rare events.
    When not: probabilities are wanted; labels are noisy (what stays hard is what is mislabelled).
    Goes wrong: its probabilities lie nearer to ½ than the truth, so that thresholds other than ½ mislead; with α on the
    wrong side the rare class is never predicted. Divided by the number of elements it is tiny; detectors divide by the
    number of positives (``normalizer=``).
    Relatives: BinaryCrossEntropy at γ = 0; Asymmetric has a γ for each label.

    Reference: Lin, T.-Y., Goyal, P., Girshick, R., He, K. and Dollár, P. (2017). Focal Loss for Dense Object Detection.
    ICCV.

    Example:
        >>> import lossmith as lm
        >>> lm.BinaryFocal(gamma=2.0)([0.6, 0.1], [1, 1], given="probabilities", reduction="none").round(3)
        array([0.082, 1.865])
    """

    gamma: Exponent = 2.0  # how strongly easy samples are turned down
    alpha: Annotated[float, Range(0, 1, open=True, off=-1.0)] = -1.0  # α: the weight of a positive; −1: no weights

    def formula(self, s: Term, t: Term) -> Term:
        """From the score."""
        return self._weight(t) * both(focus(s, t, self.gamma), _of_label(t, softplus(-s), softplus(s)))

    def formula_of_probability(self, p: Term, t: Term) -> Term:
        """From the probability: infinite, never NaN, where it is 0 or 1 and wrong."""
        cost, missed = _of_label(t, -log(p), -log1p(-p)), _of_label(t, 1 - p, p)
        return self._weight(t) * both(cost, power(missed, self.gamma))

    def formula_of_log_probability(self, log_p: Term, t: Term) -> Term:
        """From the log-probability."""
        cost, missed = _of_label(t, -log_p, -log1mexp(log_p)), _of_label(t, -expm1(log_p), exp(log_p))
        return self._weight(t) * both(cost, power(missed, self.gamma))

    def _weight(self, t: Term) -> Term:
        return where(self.alpha < 0, 1, self.alpha * t + (1 - self.alpha) * (1 - t))

    @property
    def traits(self) -> Traits:
        """Proper without focus and weights; a focus alone keeps the side of ½."""
        even = self.alpha in (-1, 0.5)
        heavier = 1.0 if self.alpha < 0 else max(self.alpha, 1 - self.alpha)
        if self.gamma == 0:
            elicits = "probability" if even else "probability, reweighted"
        else:
            elicits = "majority label" if even else "probability, distorted"
        return Traits(
            target=BINARY,
            link=LOGIT,
            elicits=elicits,
            convex=self.gamma == 0,
            smooth=math.inf,
            lipschitz=heavier * steepest_focal(self.gamma),
            strictly_convex=self.gamma == 0,
            symmetric=even,
        )


@dataclass(frozen=True, kw_only=True)
class Asymmetric(Paired):
    """A focal loss with a focus for each label, in which negatives of probability ``clip`` or less cost nothing.

    Convention: −t·(1 − p)^γ₊·log p − (1 − t)·q^γ₋·log(1 − q) with q = max(p − clip, 0), as in the paper; linear in a
    soft target. timm's ``AsymmetricLossMultiLabel`` sums over all elements (``reduction="sum"``), raises p and 1 − p to
    1e-8, and by default treats the factors (1 − p)^γ₊ and q^γ₋ as constants in its gradient: ours is the true one, its
    ``disable_torch_grad_focal_loss=False``.

    When: many labels that may hold together, each of them rare, some of them missing in the data.
    When not: probabilities are wanted, or positives are common: the focus on negatives then lets false alarms pass.
    Goes wrong: negatives of probability ``clip`` or less have slope exactly 0, so that all scores drift up until many
    labels are predicted; thresholds have to be tuned afterwards.
    Relatives: BinaryFocal where both foci are equal and ``clip`` is 0; BinaryCrossEntropy where all three are 0.

    Reference: Ridnik, T., Ben-Baruch, E., Zamir, N., Noy, A., Friedman, I., Protter, M. and Zelnik-Manor, L. (2021).
    Asymmetric Loss For Multi-Label Classification. ICCV.

    Example:
        >>> import lossmith as lm
        >>> lm.Asymmetric()([0.5, 0.5, 0.04], [1, 0, 0], given="probabilities", reduction="none").round(4)
        array([0.3466, 0.0245, 0.    ])
    """

    gamma_negative: Exponent = 4.0  # γ₋: how strongly easy negatives are turned down
    gamma_positive: Exponent = 1.0  # γ₊: the same of positives
    clip: Annotated[float, Range(0, math.nextafter(1, 0), off=0.0)] = 0.05  # taken off a negative's probability

    def formula(self, s: Term, t: Term) -> Term:
        """From the score; without a shift the two sides are mirror images."""
        positive = both(focus(s, 1, self.gamma_positive), softplus(-s))
        unshifted = both(focus(s, 0, self.gamma_negative), softplus(s))
        return _of_label(t, positive, self._negative(sigmoid(s), sigmoid(-s), unshifted))

    def formula_of_probability(self, p: Term, t: Term) -> Term:
        """From the probability."""
        positive = both(-log(p), power(1 - p, self.gamma_positive))
        unshifted = both(-log1p(-p), power(p, self.gamma_negative))
        return _of_label(t, positive, self._negative(p, 1 - p, unshifted))

    def formula_of_log_probability(self, log_p: Term, t: Term) -> Term:
        """From the log-probability."""
        p, rest = exp(log_p), -expm1(log_p)
        positive = both(-log_p, power(rest, self.gamma_positive))
        unshifted = both(-log1mexp(log_p), power(p, self.gamma_negative))
        return _of_label(t, positive, self._negative(p, rest, unshifted))

    def _negative(self, p: Term, rest: Term, unshifted: Term) -> Term:
        """What a negative of probability p costs, where ``rest`` is 1 − p."""
        q = p - self.clip
        shifted = both(power(q, self.gamma_negative), -log_rest(q, rest + self.clip))
        return where(self.clip > 0, where(p <= self.clip, 0, shifted), unshifted)

    @property
    def traits(self) -> Traits:
        """In general neither proper nor convex, and on neither side of ½ for sure."""
        even = self.gamma_negative == self.gamma_positive and self.clip == 0
        plain = even and self.gamma_positive == 0
        return Traits(
            target=BINARY,
            link=LOGIT,
            elicits="probability" if plain else "majority label" if even else "probability, distorted",
            convex=plain,
            smooth=math.ceil(self.gamma_negative) if self.clip else math.inf,
            lipschitz=max(steepest_focal(self.gamma_positive), _steepest_clipped(self.gamma_negative, self.clip)),
            strictly_convex=plain,
            symmetric=even,
        )


def _of_label(t: Term, yes: Term, no: Term) -> Term:
    """What a yes costs, and what a no does, where the label is a yes with share t."""
    return times(t, yes) + times(1 - t, no)


@remembered
def steepest_focal(gamma: float) -> float:
    """The largest slope of (1 − p)^γ·(−log p) by the score; just over 1, where the answer is far from right."""

    def slope(s: float) -> float:
        p = 1 / (1 + math.exp(-s))
        return math.pow(1 - p, gamma) * (1 - p - gamma * p * math.log(p))

    return steepest(slope, -50.0, 50.0) if gamma else 1.0


@remembered
def _steepest_clipped(gamma: float, clip: float) -> float:
    """The same of a no, whose probability is lessened by ``clip``."""
    if clip == 0:
        return steepest_focal(gamma)

    def slope(s: float) -> float:
        p = 1 / (1 + math.exp(-s))
        q = max(p - clip, 1e-300)
        pull = 1 / (1 - q) - gamma * math.log1p(-q) / q
        return p * (1 - p) * pull * math.pow(q, gamma)

    return steepest(slope, math.log(clip) - math.log1p(-clip), 50.0)
