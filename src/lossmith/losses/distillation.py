"""Losses that teach a network what another one says."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from lossmith.call import Given
from lossmith.families import Divergence
from lossmith.fields import Positive
from lossmith.formula.pairs import alpha_divergence_of_scores
from lossmith.formula.terms import Term
from lossmith.links import SOFTMAX
from lossmith.targets import DISTRIBUTION
from lossmith.traits import Traits

__all__ = ["Distillation"]


@dataclass(frozen=True, kw_only=True)
class Distillation(Divergence):
    """Knowledge distillation: T²·KL(softmax(teacher/T) ‖ softmax(student/T)), both sides softened by a temperature T.

    The prediction is the student's raw scores. The target is the teacher's probabilities; pass its raw scores with
    ``target_given="scores"``, for nothing is guessed. Probabilities are softened to softmax(log t / T). Convention: the
    forward KL, times T², so that the size of the slopes, T·(p − t), does not change with T; ``mean`` divides by the
    number of distributions (torch's ``batchmean``). At T = 1 it is KLDivergence.

    When: a small network learns from a large one or from an ensemble; T from 2 to 10 shows what the teacher thinks of
    the wrong classes. Labels are a second part, ``sum_of(soft=(0.9, Distillation()), hard=(0.1, …))``, each with its
    own target.
    When not: there is no teacher (labels alone: CrossEntropy), or it is hardly better than the student.
    Goes wrong: without the T² the soft part fades as T grows and the hard one takes over; with a large T the noise in
    the teacher's smallest scores counts as much as its answer; a softmax forgotten or applied twice on one side.
    Relatives: KLDivergence at T = 1; for a large T half the variance of the difference between the two rows of scores.

    Reference: Hinton, G., Vinyals, O. and Dean, J. (2015). Distilling the Knowledge in a Neural Network.
    arXiv:1503.02531.

    Example:
        >>> import lossmith as lm
        >>> student, teacher = [[1.0, 0.0, -1.0]], [[4.0, 1.0, 0.0]]
        >>> round(float(lm.Distillation(temperature=2.0)(student, teacher, target_given="scores")), 6)
        0.440155
    """

    FORMULAS: ClassVar[dict[Given, str]] = {"scores": "formula", "log_probabilities": "formula"}

    temperature: Positive = 2.0  # T: by what both sides are divided before their softmax

    def _temperature(self) -> float:
        return self.temperature

    def formula(self, p: Term, log_p: Term, t: Term, log_t: Term) -> Term:
        """One class's share, of softened distributions; of nearly equal ones too with all its digits."""
        return self.temperature**2 * alpha_divergence_of_scores(log_p, log_t, 1)

    @property
    def traits(self) -> Traits:
        """Convex in the scores; slopes of T at most; it elicits what softened has the mean of the softened targets."""
        return Traits(
            target=DISTRIBUTION,
            link=SOFTMAX,
            elicits="probability" if self.temperature == 1 else "softened probability",
            convex=True,
            smooth=math.inf,
            lipschitz=self.temperature,
            strictly_convex=True,
            symmetric=True,
        )
