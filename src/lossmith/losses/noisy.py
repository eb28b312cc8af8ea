"""Losses of a row of raw scores for labels of which many are wrong."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, ClassVar

import torch
from torch import Tensor

from lossmith.families import Axiswise, Rowwise
from lossmith.fields import Positive, Range, Switchable
from lossmith.formula import box_cox, power_log, taylor_log, tempered_divergence
from lossmith.formula.terms import Term
from lossmith.kernels.dispatch import remembered
from lossmith.kernels.rows import softmax
from lossmith.kernels.tempered import tempered_softmax
from lossmith.layouts import as_rows
from lossmith.links import SOFTMAX, Link
from lossmith.targets import CLASS_INDEX, CLASSES, Coding
from lossmith.traits import Traits, steepest

__all__ = ["BiTempered", "GeneralizedCrossEntropy", "SymmetricCrossEntropy", "Taylor"]


@dataclass(frozen=True, kw_only=True)
class GeneralizedCrossEntropy(Rowwise):
    """(1 − p^q)/q of the true class's probability: from cross-entropy (q → 0) to the absolute error (q = 1).

    No label costs more than 1/q, and one that the model is sure is wrong hardly pulls: the slope is p^q that of
    cross-entropy. (Keras' ``CategoricalGeneralizedCrossEntropy`` has q = 0.5 for its default, the paper 0.7.)

    When: many labels are wrong, and nobody knows which.
    When not: labels are clean (cross-entropy learns faster), or probabilities are wanted.
    Goes wrong: at q near 1 with many classes nothing is learned: the first scores make p small, and the slope with it.
    Probabilities come out too sure: the best one goes as the true one to the power 1/(1 − q).
    Relatives: CrossEntropy at q = 0; half the absolute error of the probabilities at q = 1; Taylor runs
    between the same two; BiTempered(t1=1 − q) with the heavy tails off, but for the normaliser.

    Reference: Zhang, Z. and Sabuncu, M. R. (2018). Generalized Cross Entropy Loss for Training Deep Neural Networks
    with Noisy Labels. NeurIPS.

    Example:
        >>> import lossmith as lm
        >>> lm.GeneralizedCrossEntropy()([[0.9, 0.1], [0.1, 0.9]], [0, 0], given="probabilities", reduction="none")
        array([0.10156..., 1.14353...])
    """

    q: Annotated[float, Range(0, 1, off=0.0)] = 0.7  # how far from cross-entropy (0) to the absolute error (1)

    def formula(self, log_p: Term, miss: Term, lse: Term) -> Term:
        """A Box–Cox transform in the place of the logarithm."""
        return -box_cox(log_p, self.q)

    def formula_of_probability(self, p: Term) -> Term:
        """The same of the logarithm of p."""
        return -power_log(p, self.q)

    @property
    def traits(self) -> Traits:
        """Above q = 0 bounded and redescending; the order of the probabilities, at q = 1 the first of them alone."""
        q = self.q
        return Traits(
            target=CLASS_INDEX if q else CLASSES,
            link=SOFTMAX,
            elicits="probability" if q == 0 else "majority label" if q == 1 else "order of probabilities",
            convex=q == 0,
            smooth=math.inf,
            lipschitz=(q / (1 + q)) ** q / (1 + q),
            strictly_convex=q == 0,
            bounded=q > 0,
            redescending=q > 0,
            symmetric=True,
        )


@dataclass(frozen=True, kw_only=True)
class SymmetricCrossEntropy(Rowwise):
    """α·CE + β·RCE: cross-entropy and its reverse, in which label and prediction change places.

    The reverse, −Σ pⱼ·log tⱼ, takes log 0 for a number A below 0, and so is −A·(1 − p) of the true class. The paper's
    A is −4; its code clamps labels at 1e-4, which is ``zero_log=math.log(1e-4)``, −9.21.

    When: labels are noisy, and hard classes must still be learned.
    When not: labels are clean, or probabilities are wanted.
    Goes wrong: with a small α it learns as slowly as the absolute error does; with a large one it fits the noise after
    all, and the validation accuracy falls after a peak.
    Relatives: CrossEntropy at β = 0; α times Poly1 at ε = −A·β/α; GeneralizedCrossEntropy at q = 1 as α goes to 0.

    Reference: Wang, Y., Ma, X., Chen, Z., Luo, Y., Yi, J. and Bailey, J. (2019). Symmetric Cross Entropy for Robust
    Learning with Noisy Labels. IEEE International Conference on Computer Vision.

    Example:
        >>> import lossmith as lm
        >>> lm.SymmetricCrossEntropy()([[0.9, 0.1], [0.1, 0.9]], [0, 0], given="probabilities", reduction="none")
        array([0.41053..., 3.83025...])
    """

    alpha: Positive = 0.1  # of cross-entropy, which learns
    beta: Switchable = 1.0  # of its reverse, which bears wrong labels
    zero_log: Annotated[float, Range(-math.inf, 0, open=True)] = -4.0  # A, in the place of log 0

    def formula(self, log_p: Term, miss: Term, lse: Term) -> Term:
        """The reverse is linear in the probability."""
        return -self.alpha * log_p - self.beta * self.zero_log * miss

    @property
    def traits(self) -> Traits:
        """Convex where the reverse counts no more than cross-entropy; the order of the probabilities."""
        alpha, reverse = self.alpha, -self.beta * self.zero_log
        return Traits(
            target=CLASS_INDEX if reverse else CLASSES,
            link=SOFTMAX,
            elicits="order of probabilities" if reverse else "probability",
            convex=reverse <= alpha,
            smooth=math.inf,
            lipschitz=(alpha + reverse) ** 2 / (4 * reverse) if reverse > alpha else alpha,
            strictly_convex=reverse <= alpha,
            symmetric=True,
        )


@dataclass(frozen=True, kw_only=True)
class Taylor(Rowwise):
    """The first terms of −log p around p = 1: Σ (1 − p)^k/k for k from 1 to ``order``.

    No label costs more than 1 + 1/2 + … + 1/order, where cross-entropy has no bound.

    When: many labels are wrong; a higher order where fewer are.
    When not: labels are clean, or probabilities are wanted.
    Goes wrong: at order 1 with many classes nothing is learned, as the slope is p·(1 − p) and p starts small; classes
    less than 1/order times as probable as the first can get a probability of 0.
    Relatives: half the absolute error of the probabilities at order 1; CrossEntropy as the order grows.

    Reference: Feng, L., Shu, S., Lin, Z., Lv, F., Li, L. and An, B. (2020). Can Cross Entropy Loss Be Robust to Label
    Noise? IJCAI.

    Example:
        >>> import lossmith as lm
        >>> lm.Taylor()([[0.9, 0.1], [0.1, 0.9]], [0, 0], given="probabilities", reduction="none")
        array([0.105, 1.305])
    """

    order: Annotated[int, Range(1, 20)] = 2  # how many terms; beyond 20 it is cross-entropy

    def formula(self, log_p: Term, miss: Term, lse: Term) -> Term:
        """Its slope is −(1 − (1 − p)^order)."""
        return taylor_log(log_p, self.order)

    def formula_of_probability(self, p: Term) -> Term:
        """The sum itself."""
        return sum(((1 - p) ** k / k for k in range(1, self.order + 1)), start=Term(0))

    @property
    def traits(self) -> Traits:
        """Bounded and redescending; at order 1 only the most probable class is found, else the order of some."""
        order = self.order
        return Traits(
            target=CLASS_INDEX,
            link=SOFTMAX,
            elicits="majority label" if order == 1 else "order of probabilities",
            convex=False,
            smooth=math.inf,
            lipschitz=order / (order + 1) ** (1 + 1 / order),
            bounded=True,
            redescending=True,
            symmetric=True,
        )


@dataclass(frozen=True, kw_only=True)
class BiTempered(Axiswise):
    """Cross-entropy with two temperatures: t1 below 1 bounds the loss, t2 above 1 gives its softmax heavy tails.

    With log_t x = (x^(1 − t) − 1)/(1 − t) it is Σ tⱼ·(log_t1 tⱼ − log_t1 pⱼ) − (tⱼ^(2 − t1) − pⱼ^(2 − t1))/(2 − t1)
    over the classes, p the tempered softmax of the scores, ``loss.traits.link.to_mean(scores)``, solved to the last
    digit (the authors' code stops after five steps). It is 0 where p = t; at t1 = t2 = 1 it is KL(t ‖ p).

    When: labels are noisy and probabilities are wanted all the same: t1 against outliers far off, t2 against wrong
    labels near the boundary.
    When not: labels are clean; scores are read by something that applies an ordinary softmax.
    Goes wrong: with t1 near 0 or t2 near 2 and many classes it starts on a plateau, as each probability starts small.
    Probabilities taken by an ordinary softmax are wrong, and far too sure.
    Relatives: CrossEntropy at t1 = t2 = 1; Brier/2 at t1 = 0, but for its softmax; GeneralizedCrossEntropy is its first
    term.

    Reference: Amid, E., Warmuth, M. K., Anil, R. and Koren, T. (2019). Robust Bi-Tempered Logistic Loss Based on
    Bregman Divergences. NeurIPS.

    Example:
        >>> import lossmith as lm
        >>> lm.BiTempered(t1=0.5, t2=1.5)([[4.0, -3.0, -6.0]], [[0.2, 0.8, 0.0]], reduction="none").round(6)
        array([0.938749])
    """

    t1: Annotated[float, Range(0, 1)] = 0.8  # of the logarithm: 1 is the ordinary one; below, the loss is bounded
    t2: Annotated[float, Range(1, 10)] = 1.2  # of the softmax: 1 is the ordinary one; above, tails are powers

    TARGET: ClassVar[Coding] = CLASSES
    LATEX: ClassVar[str] = (
        r"\sum_{j} t_{j} \left(\log_{t_{1}} t_{j} - \log_{t_{1}} p_{j}\right) "
        r"- \frac{t_{j}^{2 - t_{1}} - p_{j}^{2 - t_{1}}}{2 - t_{1}}, \quad p = \exp_{t_{2}}\left(x - \lambda\right)"
    )
    NOTATION: ClassVar[str] = "Σⱼ tⱼ·(log_t1 tⱼ − log_t1 pⱼ) − (tⱼ^(2−t1) − pⱼ^(2−t1))/(2−t1),  p = exp_t2(x − λ)"

    def function(self, prediction: Tensor, target: Tensor) -> Tensor:
        """The sum over the classes."""
        if self.t2 > 1:
            row = tempered_softmax(prediction, self.t2)
            log_p, slack = row.log_p, row.slack
        else:
            log_p, slack = softmax(prediction).log_p, torch.ones_like(prediction)
        return self._evaluate("of_class", log_p, slack, as_rows(target, prediction)).sum(-1)

    def of_class(self, log_p: Term, slack: Term, t: Term) -> Term:
        """What one class costs."""
        return tempered_divergence(log_p, slack, t, self.t1, self.t2)

    @property
    def traits(self) -> Traits:
        """Proper; convex at t1 = t2 = 1 alone, where it is cross-entropy."""
        plain = self.t1 == self.t2 == 1
        return Traits(
            target=CLASSES,
            link=_tempered_link(self.t2),
            elicits="probability",
            convex=plain,
            smooth=math.inf,
            lipschitz=_steepest(self.t1, self.t2),
            strictly_convex=plain,
            bounded=self.t1 < 1,
            redescending=not plain,
            symmetric=True,
        )


@remembered
def _tempered_link(t2: float) -> Link:
    if t2 == 1:
        return SOFTMAX

    def to_score(p: Tensor) -> Tensor:
        return (1 - p ** (1 - t2)) / (t2 - 1)

    def to_mean(scores: Tensor) -> Tensor:
        return tempered_softmax(scores, t2).p

    return Link("tempered softmax", to_score, to_mean, bounded=True)


@remembered
def _steepest(t1: float, t2: float) -> float:
    """Where two classes share all: a third lessens the slope."""

    def slope(p: float) -> float:
        share = p**t2 / (p**t2 + (1 - p) ** t2)
        return float((1 - p) * ((1 - share) * p ** (t2 - t1) + share * (1 - p) ** (t2 - t1)))

    return steepest(slope, 0.0, 1.0)
