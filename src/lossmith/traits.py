"""Traits: what is claimed of a loss, and what follows from the claims. The tests try to refute each."""

from __future__ import annotations

import math
from dataclasses import dataclass

from lossmith.links import Link
from lossmith.targets import Coding


@dataclass(frozen=True, kw_only=True)
class Traits:
    """The claims about a configured loss. There are no defaults, so that a new loss cannot forget one.

    Args:
        target: how its targets are coded.
        link: from the raw score to what the score means.
        elicits: the statistic of the target that the best prediction equals: ``"mean"``, ``"median"``,
            ``"quantile"``, ``"centre"``, ``"probability"``, ``"majority label"``, or another in words.
        convex: in the prediction (in all of an element's scores at once).
        smooth: how many continuous derivatives it has in the prediction: 0, 1, 2 … or ``math.inf``.
        lipschitz: the largest slope in any one score; ``math.inf`` where slopes grow without bound.
    """

    target: Coding
    link: Link
    elicits: str
    convex: bool
    smooth: float
    lipschitz: float

    @property
    def task(self) -> str:
        """``"regression"``, ``"binary"``, ``"classes"`` or ``"distribution"``."""
        return self.target.task

    @property
    def robust(self) -> bool:
        """Whether one wild target can pull only so much: the slope is bounded."""
        return math.isfinite(self.lipschitz)

    @property
    def proper(self) -> bool:
        """Whether the expected loss is least at the true probabilities."""
        return self.elicits == "probability"

    @property
    def calibrated(self) -> bool:
        """Whether the best score has the sign (or the largest entry) of the more probable class."""
        return self.proper or self.elicits == "majority label"
