"""Losses between two distributions over the classes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from lossmith.families import Divergence
from lossmith.formula import times
from lossmith.formula.terms import Term
from lossmith.links import SOFTMAX
from lossmith.targets import DISTRIBUTION
from lossmith.traits import Traits

__all__ = ["KLDivergence"]


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
    Relatives: cross-entropy less the target's entropy, with the same slopes.

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
