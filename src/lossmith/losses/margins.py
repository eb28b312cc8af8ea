"""Losses of the margin m = score · target, with a corner or a seam; the target is −1 or +1."""

from __future__ import annotations

import math
from dataclasses import dataclass

from lossmith.families import Margin
from lossmith.fields import Positive
from lossmith.formula import clip, inverse_power, where
from lossmith.formula.terms import Term
from lossmith.links import IDENTITY, LINEAR
from lossmith.targets import SIGN
from lossmith.traits import Traits

__all__ = ["DWD", "Hinge", "ModifiedHuber", "Perceptron", "SmoothedHinge", "SquaredHinge", "SquaredMargin"]


@dataclass(frozen=True, kw_only=True)
class Hinge(Margin):
    """max(0, 1 − m): right answers beyond the margin cost nothing, so that only the hard cases pull.

    Targets are -1 and +1. The slope is 0 at the margin itself.

    When: the decision matters, not its probability: the maximum-margin alternative.
    When not: probabilities are wanted; labels are 0/1 (write 2·t − 1).
    Goes wrong: without weight decay the margin of 1 means nothing: larger scores reach it for free, and the loss is 0
    on training data that can be separated, however poor the boundary.
    Relatives: SmoothedHinge and DWD round its corner; SquaredHinge is its square; Perceptron is the same without a
    margin.

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

    Targets are -1 and +1; not halved. The best score is 2p − 1, so (1 + score)/2, held between 0 and 1, is a
    probability.

    When: hinge's case with a smooth optimiser; it often converges faster.
    When not: labels are noisy (a wild mistake pulls without bound).
    Goes wrong: one mislabelled sample at margin −10 costs 121 and pulls 11 times as hard as one at 0; the training loss
    jumps whenever a batch holds it.
    Relatives: ModifiedHuber goes on as a line below −1; SquaredMargin goes on as a parabola above 1; Hinge is its root.

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
        """Proper through a line; slopes without bound."""
        return Traits(
            target=SIGN,
            link=LINEAR,
            elicits="probability",
            convex=True,
            smooth=1,
            lipschitz=math.inf,
            symmetric=True,
        )


@dataclass(frozen=True, kw_only=True)
class SmoothedHinge(Margin):
    """The hinge with its corner rounded over a width of γ: a parabola from 1 − γ to 1, a line below.

    Convention: max(0, 1 − m)²/(2γ) where m ≥ 1 − γ, else 1 − γ/2 − m, as in LossFunctions.jl's
    ``SmoothedL1HingeLoss``. γ → 0 is the hinge; γ = 1 is the smooth hinge of Rennie and Srebro; γ = 2 is a quarter of
    ModifiedHuber, and from there on the best score says the probability.

    When: hinge's case, and the optimiser wants a continuous slope (L-BFGS, accelerated methods).
    When not: probabilities are wanted over the whole range; labels are 0/1 (write 2·t − 1).
    Goes wrong: a small γ is a corner again: the curvature is 1/γ, and step sizes that were fine oscillate; a large γ
    counts margins far below 1 as half right.
    Relatives: Hinge at γ → 0, ModifiedHuber at γ = 2, DWD rounds the corner by a tail instead.

    Reference: Rennie, J. D. M. and Srebro, N. (2005). Loss Functions for Preference Levels: Regression with Discrete
    Ordered Labels. IJCAI Workshop on Advances in Preference Handling.

    Example:
        >>> import lossmith as lm
        >>> lm.SmoothedHinge(gamma=1.0)([2.0, 0.5, -1.0], [1, 1, 1], reduction="none")
        array([0.   , 0.125, 1.5  ])
    """

    gamma: Positive = 1.0  # over which width below a margin of 1 the corner is rounded

    def formula(self, m: Term) -> Term:
        """A parabola over the last γ, below it its own tangent."""
        inside = clip(1 - m, low=0) ** 2 / (2 * self.gamma)
        return where(m >= 1 - self.gamma, inside, 1 - self.gamma / 2 - m)

    @property
    def traits(self) -> Traits:
        """Elicits the more probable label; its probability where the parabola reaches from −1 to 1."""
        is_proper = self.gamma >= 2
        return Traits(
            target=SIGN,
            link=LINEAR if is_proper else IDENTITY,
            elicits="probability" if is_proper else "majority label",
            convex=True,
            smooth=1,
            lipschitz=1.0,
            symmetric=True,
        )


@dataclass(frozen=True, kw_only=True)
class ModifiedHuber(Margin):
    """max(0, 1 − m)² where m ≥ −1, and −4m below: squared hinge whose wild mistakes pull with a slope of 4 at most.

    Targets are -1 and +1; as in scikit-learn and LossFunctions.jl. The best score is 2p − 1, so (1 + score)/2, held
    between 0 and 1, is a probability: scikit-learn's ``predict_proba`` of this loss.

    When: a linear classifier with outliers that shall also give rough probabilities.
    When not: probabilities near 0 or 1 matter: all scores beyond ±1 say 0 or 1.
    Goes wrong: probabilities of exactly 0 and 1 on new data, whose log-likelihood is infinite.
    Relatives: four times SmoothedHinge at γ = 2; SquaredHinge above −1. Not the Huber loss of a residual.

    Reference: Zhang, T. (2004). Solving Large Scale Linear Prediction Problems Using Stochastic Gradient Descent
    Algorithms. ICML.

    Example:
        >>> import lossmith as lm
        >>> lm.ModifiedHuber()([2.0, 0.5, -1.0, -3.0], [1, 1, 1, 1], reduction="none")
        array([ 0.  ,  0.25,  4.  , 12.  ])
    """

    def formula(self, m: Term) -> Term:
        """A parabola that goes on as its own tangent."""
        return where(m >= -1, clip(1 - m, low=0) ** 2, -4 * m)

    @property
    def traits(self) -> Traits:
        """Proper through a line."""
        return Traits(
            target=SIGN, link=LINEAR, elicits="probability", convex=True, smooth=1, lipschitz=4.0, symmetric=True
        )


@dataclass(frozen=True, kw_only=True)
class DWD(Margin):
    """Distance-weighted discrimination: 1 − m up to q/(q + 1), beyond it a tail that falls as 1/m^q and never ends.

    Convention: the tail is (q/((q + 1)·m))^q/(q + 1), as in LossFunctions.jl's ``DWDMarginLoss``; at q = 1 that is
    1/(4m). Every sample has its say, the far ones a small one, so the data do not pile up at the margin.

    When: many more features than samples, where a support vector machine's margins all become equal.
    When not: probabilities are wanted; speed matters more than the last bit of accuracy.
    Goes wrong: with unequal class sizes the larger class's many small pulls move the boundary away from it: weigh the
    classes.
    Relatives: Hinge as q → ∞; SmoothedHinge rounds the corner and then is 0; LogisticMargin's tail dies faster.

    Reference: Marron, J. S., Todd, M. J. and Ahn, J. (2007). Distance-Weighted Discrimination. Journal of the American
    Statistical Association 102(480).

    Example:
        >>> import lossmith as lm
        >>> lm.DWD(q=1.0)([2.0, 0.5, -1.0], [1, 1, 1], reduction="none")
        array([0.125, 0.5  , 2.   ])
    """

    q: Positive = 1.0  # how fast the tail dies

    def formula(self, m: Term) -> Term:
        """A line that goes on as a power."""
        seam = self.q / (self.q + 1)
        return where(m <= seam, 1 - m, inverse_power(clip(m, low=seam) / seam, self.q) / (self.q + 1))

    @property
    def traits(self) -> Traits:
        """Elicits the more probable label; the curvature jumps at the seam."""
        return Traits(
            target=SIGN, link=IDENTITY, elicits="majority label", convex=True, smooth=1, lipschitz=1.0, symmetric=True
        )


@dataclass(frozen=True, kw_only=True)
class SquaredMargin(Margin):
    """(1 − m)²: squared error to the labels −1 and +1, so that being too right costs as much as being too wrong.

    Not halved; LossFunctions.jl's ``L2MarginLoss``. The best score is 2p − 1.

    When: a closed form is wanted (least-squares classifiers), or scores shall stay near ±1.
    When not: many samples are easy: their scores beyond 1 are punished, and bend the decision towards them.
    Goes wrong: far but right samples ("outliers in x") move the boundary until it cuts through a class.
    Relatives: MSE to labels ±1, exactly; SquaredHinge is the same up to the margin and 0 beyond.

    Reference: Suykens, J. A. K. and Vandewalle, J. (1999). Least Squares Support Vector Machine Classifiers. Neural
    Processing Letters 9(3).

    Example:
        >>> import lossmith as lm
        >>> lm.SquaredMargin()([2.0, 0.5, -1.0], [1, 1, 1], reduction="none")
        array([1.  , 0.25, 4.  ])
    """

    def formula(self, m: Term) -> Term:
        """Quadratic."""
        return (1 - m) ** 2

    @property
    def traits(self) -> Traits:
        """Proper through a line; slopes without bound."""
        return Traits(
            target=SIGN,
            link=LINEAR,
            elicits="probability",
            convex=True,
            smooth=math.inf,
            lipschitz=math.inf,
            strictly_convex=True,
            strongly_convex=True,
            symmetric=True,
        )


@dataclass(frozen=True, kw_only=True)
class Perceptron(Margin):
    """max(0, −m): only wrong answers pull, and a right one by a hair costs nothing.

    The slope is 0 at a score of 0, where nothing is decided.

    When: the perceptron's own update is wanted; the data can be separated, and the model is stopped early.
    When not: nearly always: Hinge asks for a margin at the same price.
    Goes wrong: a score of 0 for every sample costs 0, so weight decay alone wins; a network that starts at 0 never
    moves.
    Relatives: Hinge without its margin.

    Reference: Rosenblatt, F. (1958). The Perceptron: a Probabilistic Model for Information Storage and Organization in
    the Brain. Psychological Review 65(6).

    Example:
        >>> import lossmith as lm
        >>> lm.Perceptron()([2.0, 0.5, -1.0], [1, 1, 1], reduction="none")
        array([0., 0., 1.])
    """

    def formula(self, m: Term) -> Term:
        """Linear where the answer is wrong."""
        return clip(-m, low=0)

    @property
    def traits(self) -> Traits:
        """Elicits nothing: 0 is a best score whatever the labels are."""
        return Traits(
            target=SIGN, link=IDENTITY, elicits="nothing", convex=True, smooth=0, lipschitz=1.0, symmetric=True
        )
