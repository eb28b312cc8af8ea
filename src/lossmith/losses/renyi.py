"""The Rényi divergence, a logarithm of a sum over the classes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from lossmith.call import ANY_GIVEN, Batch, Given
from lossmith.families import Axiswise
from lossmith.families.classes import distribution
from lossmith.fields import Positive
from lossmith.formula.pairs import alpha_divergence
from lossmith.formula.terms import Term
from lossmith.kernels import pointwise, rows
from lossmith.layouts import one_hot
from lossmith.links import SOFTMAX
from lossmith.targets import DISTRIBUTION, Coding
from lossmith.traits import Traits

__all__ = ["RenyiDivergence"]


@dataclass(frozen=True, kw_only=True)
class RenyiDivergence(Axiswise):
    """The Rényi divergence of order α, from the target to the prediction: log(Σⱼ tⱼ^α·pⱼ^(1−α)) / (α − 1).

    Convention: natural logarithm, of the sum over Σⱼ tⱼ as Rényi has it, which is 1 but for rounding; α = 1 is the
    limit, KL(t ‖ p). It is computed in logarithms: it grows as the scores do, where AlphaDivergence grows as their
    exponential. The prediction is raw scores or log-probabilities.

    When: the worst ratio of target to prediction counts (α above 1), as in privacy; or a smaller bound than the KL
    divergence is wanted (α below 1).
    When not: there is no reason to leave KLDivergence, which is proper.
    Goes wrong: for a large α one class decides the value and all of the gradient; below 1 the loss is not convex in the
    scores, and a class whose target is small may be given up.
    Relatives: KLDivergence at 1; −2·log(1 − Hellinger) at ½; log(1 + ChiSquared) at 2; of any one pair of distributions
    a monotone function of AlphaDivergence.

    Reference: Rényi, A. (1961). On Measures of Entropy and Information. Berkeley Symposium on Mathematical Statistics
    and Probability 4(1).

    Example:
        >>> import lossmith as lm
        >>> round(float(lm.RenyiDivergence(alpha=2.0)([[0.0, 0.0]], [[0.9, 0.1]])), 6)
        0.494696
    """

    alpha: Positive = 0.5  # the order; 1 is the forward KL

    TARGET: ClassVar[Coding] = DISTRIBUTION
    TARGET_GIVEN: ClassVar[tuple[Given, ...]] = ANY_GIVEN
    LATEX: ClassVar[str] = r"\frac{1}{\alpha - 1} \log \sum_{j} t_{j}^{\alpha} p_{j}^{1 - \alpha}"
    FORMULAS: ClassVar[dict[Given, str]] = {"scores": "function", "log_probabilities": "function"}
    NOTATION: ClassVar[str] = "log(Σⱼ tⱼ^α·pⱼ^(1−α)) / (α − 1), p = softmax(x)"

    def _read_row(self, batch: Batch) -> Tensor:
        return distribution(batch.target, batch.target_given)[1]

    def _losses(self, batch: Batch, target: Tensor) -> Tensor:
        """The whole; near p = t its value has the digits of the alpha divergence, as its slopes do anyway."""
        log_p = rows.softmax(batch.prediction).log_p if batch.given == "scores" else batch.prediction
        whole = self.function(log_p, target)
        excess, missing = (
            torch.zeros_like(whole) if given == "scores" else _excess(logarithm)
            for given, logarithm in ((batch.target_given, target), (batch.given, log_p))
        )
        shares = self._evaluate("share", log_p, target).sum(-1)
        order = self.alpha - 1
        ratio = (self.alpha * shares + excess - missing) / (1 + excess)
        value = (order * ratio).log1p() / order if order else ratio
        is_near = ((order * whole).abs() < 0.5) & ratio.isfinite()
        slopes = torch.where(is_near, whole, 0)
        return torch.where(is_near, value.detach() + (slopes - slopes.detach()), whole)

    def function(self, prediction: Tensor, target: Tensor) -> Tensor:
        """From the logarithms of both."""
        t = target.exp()
        if self.alpha == 1:
            return pointwise.times(t, target - prediction).sum(-1) / t.sum(-1)
        exponents = torch.where(target == -torch.inf, target, self.alpha * target + (1 - self.alpha) * prediction)
        return (_log_of_sum(exponents) - t.sum(-1).log()) / (self.alpha - 1)

    def share(self, log_p: Term, log_t: Term) -> Term:
        """One class's share of the alpha divergence."""
        return alpha_divergence(log_p, log_t, self.alpha)

    @property
    def traits(self) -> Traits:
        """Convex in the scores from α = 1 on; slopes of 1 at most, for any α."""
        return Traits(
            target=DISTRIBUTION,
            link=SOFTMAX,
            elicits="probability" if self.alpha == 1 else "Rényi centre",
            convex=self.alpha >= 1,
            smooth=math.inf,
            lipschitz=1.0,
            strictly_convex=self.alpha >= 1,
            symmetric=True,
        )


def _log_of_sum(exponents: Tensor) -> Tensor:
    """log Σ exp, −∞ where all exponents are."""
    is_none = (exponents == -torch.inf).all(-1)
    lse = rows.softmax(torch.where(is_none.unsqueeze(-1), 0, exponents)).lse.squeeze(-1)
    return torch.where(is_none, -torch.inf, lse)


def _excess(log_p: Tensor) -> Tensor:
    """By how much a row of probabilities misses a sum of 1, with its digits where one of them is nearly 1."""
    is_top = one_hot(log_p.argmax(-1), log_p.shape[-1])
    return torch.where(is_top, log_p.expm1(), log_p.exp()).sum(-1)
