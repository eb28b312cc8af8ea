"""Losses between two distributions over the classes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from lossmith import constants
from lossmith.families import Divergence
from lossmith.fields import Level, Real
from lossmith.formula import exp, times
from lossmith.formula.pairs import (
    alpha_divergence,
    alpha_divergence_of_p,
    alpha_divergence_of_scores,
    difference,
    jensen_shannon,
    jensen_shannon_of_p,
    jensen_shannon_of_scores,
    total_variation_of_scores,
)
from lossmith.formula.terms import Term
from lossmith.kernels.dispatch import remembered
from lossmith.links import SOFTMAX
from lossmith.targets import DISTRIBUTION
from lossmith.traits import Traits, steepest

__all__ = ["AlphaDivergence", "ChiSquared", "Hellinger", "JSDivergence", "KLDivergence", "TotalVariation"]


@dataclass(frozen=True, kw_only=True)
class KLDivergence(Divergence):
    """The Kullback–Leibler divergence KL(target ‖ prediction) = Σⱼ tⱼ·(log tⱼ − log pⱼ), the forward direction.

    The prediction is raw scores and the target probabilities, unless ``given=`` and ``target_given=`` say otherwise;
    nothing is guessed. ``mean`` divides by the number of distributions (torch's ``batchmean``, on any shape). With
    one-hot targets it equals cross-entropy. ``direction="reverse"`` is KL(prediction ‖ target) =
    Σⱼ pⱼ·(log pⱼ − log tⱼ), which settles on one mode instead of covering all.

    When: the target is itself a distribution: soft labels, a teacher's output.
    When not: labels are plain classes (cross-entropy says the same with less).
    Goes wrong: reversed, it is infinite where a target is 0 and the prediction is not; and a prediction that is far off
    learns slowly, because p multiplies every slope.
    Relatives: cross-entropy less the target's entropy, with the same slopes; AlphaDivergence at α = 1, reversed at 0;
    JSDivergence is bounded; Distillation softens both sides first.

    Reference: Kullback, S. and Leibler, R. A. (1951). On Information and Sufficiency. Annals of Mathematical Statistics
    22(1).

    Example:
        >>> import lossmith as lm
        >>> round(float(lm.KLDivergence()([[0.5, 0.5]], [[0.9, 0.1]], given="probabilities")), 6)
        0.368064
    """

    direction: Literal["forward", "reverse"] = "forward"  # whose average is taken: the target's or the prediction's

    def formula(self, p: Term, log_p: Term, t: Term, log_t: Term) -> Term:
        """One class's share; a class of probability 0 on the weighing side has none."""
        return times(t, log_t - log_p) if self.direction == "forward" else times(p, log_p - log_t)

    @property
    def traits(self) -> Traits:
        """Forward: proper and convex in the scores. Reverse: neither convex nor of bounded slope."""
        forward = self.direction == "forward"
        return Traits(
            target=DISTRIBUTION,
            link=SOFTMAX,
            elicits="probability" if forward else "log-probability",
            convex=forward,
            smooth=math.inf,
            lipschitz=1.0 if forward else math.inf,
            strictly_convex=forward,
            bounded=not forward,
            redescending=not forward,
            symmetric=True,
        )


@dataclass(frozen=True, kw_only=True)
class JSDivergence(Divergence):
    """The Jensen–Shannon divergence: how far target and prediction lie from their mixture m, never above log 2.

    Convention: β·KL(t ‖ m) + (1 − β)·KL(p ‖ m) with m = β·t + (1 − β)·p; β = ½ is the usual, symmetric one, in natural
    logarithms and without the root of SciPy's ``jensenshannon``. This β weighs the target, as Liger's does between 0
    and 1 (at 0 and at 1 theirs jumps to the two KL divergences, to which ours over β and over 1 − β tend).

    When: target and prediction may exclude each other's classes: it stays finite with zeros on either side.
    When not: predictions start far off, or calibrated probabilities are wanted from labels (cross-entropy).
    Goes wrong: where the prediction gives next to nothing to what the target wants, the slope dies out with it, and
    training stands still at a loss near log 2; on noisy labels the probabilities come out too sure.
    Relatives: divided by β, the forward KLDivergence for β → 0, and by 1 − β the reverse one for β → 1;
    TotalVariation and Hellinger are bounded too.

    Reference: Lin, J. (1991). Divergence Measures Based on the Shannon Entropy. IEEE Transactions on Information Theory
    37(1).

    Example:
        >>> import lossmith as lm
        >>> round(float(lm.JSDivergence()([[1.0, 0.0]], [[0.0, 1.0]], given="probabilities")), 6)
        0.693147
    """

    beta: Level = 0.5  # the target's part of the mixture, and the weight of its divergence

    def formula(self, p: Term, log_p: Term, t: Term, log_t: Term) -> Term:
        """One class's share, which is never below 0."""
        return jensen_shannon_of_scores(log_p, log_t, self.beta)

    def formula_of_probability(self, p: Term, t: Term, log_t: Term) -> Term:
        """The same from the predicted probability."""
        return jensen_shannon_of_p(p, t, self.beta)

    def formula_of_log_probability(self, log_p: Term, t: Term, log_t: Term) -> Term:
        """The same from its logarithm."""
        return jensen_shannon(log_p, log_t, self.beta)

    @property
    def traits(self) -> Traits:
        """Bounded; steepest, (1 − β)·max p(1 − p)·log(1 + β/((1 − β)·p)), where one side is all one class."""
        return Traits(
            target=DISTRIBUTION,
            link=SOFTMAX,
            elicits="Jensen–Shannon centre",
            convex=False,
            smooth=math.inf,
            lipschitz=_steepest_mixture(self.beta),
            bounded=True,
            redescending=True,
            symmetric=True,
        )


@dataclass(frozen=True, kw_only=True)
class TotalVariation(Divergence):
    """Half the sum of absolute differences, ½·Σⱼ |pⱼ − tⱼ|: the share of the cases that one would have to move.

    Convention: from 0 to 1, as in probability theory; Liger's TVD is the same. Twice this is the L1 distance.

    When: a distribution is judged by this very measure, or some target distributions are gross outliers.
    When not: training starts far off (the slope dies out), or labels are noisy and probabilities are wanted: it elicits
    a median, which of labels is the most frequent one.
    Goes wrong: steps do not shrink near the optimum; predictions end in a corner, sure of one class.
    Relatives: of labels 1 − p of the true class, half of the absolute errors of the probabilities; at least Hellinger,
    at most √(KL/2) (Pinsker's inequality).

    Reference: Levin, D. A., Peres, Y. and Wilmer, E. L. (2009). Markov Chains and Mixing Times. American Mathematical
    Society.

    Example:
        >>> import lossmith as lm
        >>> round(float(lm.TotalVariation()([[0.5, 0.5]], [[0.9, 0.1]], given="probabilities")), 6)
        0.4
    """

    def formula(self, p: Term, log_p: Term, t: Term, log_t: Term) -> Term:
        """One class's share."""
        return total_variation_of_scores(p, log_p, t, log_t)

    def formula_of_probability(self, p: Term, t: Term, log_t: Term) -> Term:
        """The same from the predicted probability."""
        return abs(p - t) / 2

    def formula_of_log_probability(self, log_p: Term, t: Term, log_t: Term) -> Term:
        """The same from its logarithm."""
        return abs(difference(exp(log_p), log_p, t, log_t)) / 2

    def _best_constant(self, targets: Tensor, weights: Tensor | None) -> Tensor:
        rows = targets.to(torch.float64)
        even = torch.ones(len(rows), dtype=torch.float64)
        return constants.median_distribution(rows, even if weights is None else weights).log()

    @property
    def traits(self) -> Traits:
        """Kinks where a class is met exactly; slopes p·(1 − p) at most."""
        return Traits(
            target=DISTRIBUTION,
            link=SOFTMAX,
            elicits="median of each probability",
            convex=False,
            smooth=0,
            lipschitz=0.25,
            bounded=True,
            redescending=True,
            symmetric=True,
        )


@dataclass(frozen=True, kw_only=True)
class AlphaDivergence(Divergence):
    """A family from the reverse to the forward KL divergence and beyond: (Σⱼ tⱼ^α·pⱼ^(1−α) − 1) / (α·(α − 1)).

    Convention: Cichocki's α, which Minka uses too; Amari's own is 1 − 2α. The limits are taken at α = 1, the forward
    KL(t ‖ p), and at α = 0, the reverse. Each class's share is (t^α·p^(1−α) − α·t − (1 − α)·p)/(α·(α − 1)), never below
    0, so slopes by a given probability hold a constant more than KLDivergence's, which no softmax sees.

    When: something between covering all modes (α ≥ 1) and settling on one (α ≤ 0) is wanted, or another stress on the
    classes that the target finds rare.
    When not: labels are one-hot and α ≤ 0 (infinite), or there is no reason to leave KLDivergence.
    Goes wrong: above 1 a class with a small p outweighs the batch and the gradient explodes; below 1 the slope dies out
    where the prediction is far off.
    Relatives: 4·Hellinger at ½; half of ChiSquared at 2, and of its reverse at −1; RenyiDivergence is the logarithm of
    the same sum.

    Reference: Cichocki, A. and Amari, S. (2010). Families of Alpha- Beta- and Gamma- Divergences: Flexible and Robust
    Measures of Similarities. Entropy 12(6).

    Example:
        >>> import lossmith as lm
        >>> round(float(lm.AlphaDivergence(alpha=1.0)([[0.5, 0.5]], [[0.9, 0.1]], given="probabilities")), 6)
        0.368064
    """

    alpha: Real = 0.5  # 1 is the forward KL, 0 the reverse

    def formula(self, p: Term, log_p: Term, t: Term, log_t: Term) -> Term:
        """One class's share, through both limits."""
        return alpha_divergence_of_scores(log_p, log_t, self.alpha)

    def formula_of_probability(self, p: Term, t: Term, log_t: Term) -> Term:
        """The same from the predicted probability."""
        return alpha_divergence_of_p(p, t, self.alpha)

    def formula_of_log_probability(self, log_p: Term, t: Term, log_t: Term) -> Term:
        """The same from its logarithm."""
        return alpha_divergence(log_p, log_t, self.alpha)

    @property
    def traits(self) -> Traits:
        """Convex in the scores from α = 1 on; bounded slopes from 0 to 1; it elicits a power mean of the targets."""
        return _traits_of_alpha(self.alpha, 1.0)


@dataclass(frozen=True, kw_only=True)
class Hellinger(Divergence):
    """The squared Hellinger distance ½·Σⱼ (√pⱼ − √tⱼ)² = 1 − Σⱼ √(pⱼ·tⱼ), from 0 to 1.

    Convention: squared, and halved so that 1 is the largest; the distance itself is the root of this.

    When: a bounded, symmetric measure that is smooth and finds differences of rare classes.
    When not: predictions start far off, or labels are noisy and calibrated probabilities are wanted.
    Goes wrong: the slope dies out as √p where the target's class is thought next to impossible; trained on labels, the
    probabilities come out too sure: they tend to the squares of the shares.
    Relatives: AlphaDivergence at ½, divided by 4; 1 less the Bhattacharyya coefficient; at most TotalVariation.

    Reference: Hellinger, E. (1909). Neue Begründung der Theorie quadratischer Formen von unendlichvielen
    Veränderlichen. Journal für die reine und angewandte Mathematik 136.

    Example:
        >>> import lossmith as lm
        >>> round(float(lm.Hellinger()([[1.0, 0.0]], [[0.5, 0.5]], given="probabilities")), 6)
        0.292893
    """

    def formula(self, p: Term, log_p: Term, t: Term, log_t: Term) -> Term:
        """A quarter of the alpha divergence at ½."""
        return alpha_divergence_of_scores(log_p, log_t, 0.5) / 4

    def formula_of_probability(self, p: Term, t: Term, log_t: Term) -> Term:
        """The same from the predicted probability."""
        return alpha_divergence_of_p(p, t, 0.5) / 4

    def formula_of_log_probability(self, log_p: Term, t: Term, log_t: Term) -> Term:
        """The same from its logarithm."""
        return alpha_divergence(log_p, log_t, 0.5) / 4

    @property
    def traits(self) -> Traits:
        """Those of the alpha divergence; slopes of 1/(3·√3) at most."""
        return _traits_of_alpha(0.5, 0.25)


@dataclass(frozen=True, kw_only=True)
class ChiSquared(Divergence):
    """Pearson's χ², squared differences in units of what is expected: Σⱼ (tⱼ − pⱼ)²/pⱼ = Σⱼ tⱼ²/pⱼ − 1.

    Convention: not halved. The target is what was observed and the prediction what was expected, as in the test of the
    same name. ``direction="reverse"`` divides by the target instead, Σⱼ (pⱼ − tⱼ)²/tⱼ: Neyman's χ², which those call
    Pearson's who take the target for the reference.

    When: the relative error of each class counts, and a class must not be thought next to impossible.
    When not: labels are noisy, predictions start far off, or (reversed) targets hold zeros, as one-hot rows do.
    Goes wrong: slopes grow as t²/p and overflow at the first confident mistake; reversed as 1/t, so that one target of
    1e-6 outweighs the batch, and a target of 0 makes the loss infinite.
    Relatives: twice AlphaDivergence at 2, reversed at −1; about 2·KLDivergence near p = t, and never below
    KLDivergence; RenyiDivergence of order 2 is log(1 + this).

    Reference: Pearson, K. (1900). On the Criterion that a Given System of Deviations … Can Be Reasonably Supposed to
    Have Arisen from Random Sampling. Philosophical Magazine 50.

    Example:
        >>> import lossmith as lm
        >>> round(float(lm.ChiSquared()([[0.8, 0.2]], [[0.5, 0.5]], given="probabilities")), 6)
        0.5625
    """

    direction: Literal["forward", "reverse"] = "forward"  # divides by the prediction, or by the target

    def formula(self, p: Term, log_p: Term, t: Term, log_t: Term) -> Term:
        """Twice the alpha divergence at 2 or −1."""
        return 2 * alpha_divergence_of_scores(log_p, log_t, self._alpha)

    def formula_of_probability(self, p: Term, t: Term, log_t: Term) -> Term:
        """The same from the predicted probability."""
        return 2 * alpha_divergence_of_p(p, t, self._alpha)

    def formula_of_log_probability(self, log_p: Term, t: Term, log_t: Term) -> Term:
        """The same from its logarithm."""
        return 2 * alpha_divergence(log_p, log_t, self._alpha)

    @property
    def _alpha(self) -> int:
        return 2 if self.direction == "forward" else -1

    @property
    def traits(self) -> Traits:
        """Those of the alpha divergence: convex forward, bounded in reverse; slopes without bound."""
        return _traits_of_alpha(self._alpha, 2.0)


@remembered
def _steepest_mixture(beta: float) -> float:
    odds = beta / (1 - beta)
    return (1 - beta) * steepest(lambda p: p * (1 - p) * math.log1p(odds / p), 0.0, 1.0)


def _traits_of_alpha(alpha: float, factor: float) -> Traits:
    """The traits of ``factor`` times the alpha divergence."""
    steepest = math.inf
    if 0 < alpha < 1:  # where the target is all one class, of which p = (1 − α)/(2 − α)
        steepest = factor / alpha * (1 - alpha) ** (1 - alpha) / (2 - alpha) ** (2 - alpha)
    elif alpha == 1:
        steepest = factor
    return Traits(
        target=DISTRIBUTION,
        link=SOFTMAX,
        elicits={1.0: "probability", 0.0: "log-probability"}.get(alpha, "power mean of probabilities"),
        convex=alpha >= 1,
        smooth=math.inf,
        lipschitz=steepest,
        strictly_convex=alpha >= 1,
        bounded=alpha < 1,
        redescending=alpha < 1,
        symmetric=True,
    )
