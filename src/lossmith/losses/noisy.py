"""Losses of a row of raw scores for labels of which many are wrong."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

from lossmith.families import Rowwise
from lossmith.fields import Positive, Range, Switchable
from lossmith.formula import box_cox, power_log, taylor_log
from lossmith.formula.terms import Term
from lossmith.links import SOFTMAX
from lossmith.targets import CLASS_INDEX, CLASSES
from lossmith.traits import Traits

__all__ = ["GeneralizedCrossEntropy", "SymmetricCrossEntropy", "Taylor"]


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
        array([0.10158..., 1.14353...])
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
