"""Losses of an order: which of two comes first."""

from __future__ import annotations

from dataclasses import dataclass

from lossmith.families import Likelihood
from lossmith.fields import NonNegative
from lossmith.formula import clip
from lossmith.formula.terms import Term
from lossmith.links import IDENTITY
from lossmith.targets import SIGN
from lossmith.traits import Traits

__all__ = ["MarginRanking"]


@dataclass(frozen=True, kw_only=True)
class MarginRanking(Likelihood):
    """max(0, margin − t·(first − second)): of two scores the one that should be larger is so by the margin.

    Convention: the last axis holds (first, second): torch's ``MarginRankingLoss`` of ``torch.stack([x1, x2], -1)``. The
    target is +1 where the first belongs above and −1 where the second does; 0/1 labels are refused. (torch takes a 0
    without a word: the pair then costs the margin and teaches nothing.) The slope is 0 at the margin itself.

    When: only the order of items counts, and pairs are at hand: clicks, preferences, search.
    When not: the scores themselves are read (they are known up to a shift alone); pairs tie.
    Goes wrong: at the default margin of 0 equal scores cost nothing, so a network that gives all items one score is
    perfect. Take a margin above 0.
    Relatives: hinge of the difference of two scores, at margin 1.

    Reference: Herbrich, R., Graepel, T. and Obermayer, K. (2000). Large Margin Rank Boundaries for Ordinal Regression.
    Advances in Large Margin Classifiers, MIT Press.

    Example:
        >>> import lossmith as lm
        >>> lm.MarginRanking(margin=1.0)([[2.0, 0.5], [0.5, 2.0]], [1, 1], reduction="none")
        array([0. , 2.5])
    """

    margin: NonNegative = 0.0  # by how much the larger has to be larger

    def formula(self, first: Term, second: Term, t: Term) -> Term:
        """Linear up to the margin, then 0."""
        return clip(self.margin - t * (first - second), low=0)

    @property
    def traits(self) -> Traits:
        """Elicits the more probable order."""
        return Traits(
            target=SIGN, link=IDENTITY, elicits="majority order", convex=True, smooth=0, lipschitz=1.0, symmetric=True
        )
