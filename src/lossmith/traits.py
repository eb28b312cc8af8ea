"""Traits: what is claimed of a loss, and what follows from the claims. The tests try to refute each."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, fields

from lossmith.links import Link
from lossmith.targets import Coding

# what leads to the more probable class
CALIBRATED = ("probability", "probability, smoothed", "majority label", "order of probabilities")


@dataclass(frozen=True, kw_only=True)
class Traits:
    """The claims about a configured loss.

    The first six have no defaults, so that a new loss cannot forget one. Those with a default are claimed only where
    they hold; the tests refute a claim that is false and one that is missing alike.

    Args:
        target: how its targets are coded.
        link: from the raw score to what the score means.
        elicits: the statistic of the target that the best prediction equals: ``"mean"``, ``"median"``,
            ``"quantile"``, ``"expectile"``, ``"mode"``, ``"centre"`` (where its own pulls balance), ``"deepest
            centre"`` (of several where they do, the one of least loss), ``"probability"``,
            ``"majority label"``, ``"order of probabilities"``, or another in words.
        convex: in the prediction (in all of an element's scores at once).
        smooth: how many continuous derivatives it has in the prediction: 0, 1, 2 … or ``math.inf``.
        lipschitz: the largest slope in any one score; ``math.inf`` where slopes grow without bound.
        strictly_convex: no chord touches the curve between its ends (of a row: in directions that change its softmax).
        strongly_convex: the curvature stays above a positive number everywhere.
        bounded: for any one target there is a largest value.
        redescending: the slope dies out as the prediction goes to ±∞, so that the worst errors pull no more at all.
        symmetric: an error and its mirror image cost the same: over- and underestimates; a yes and a no with the
            opposite score; the classes of a row in any order.
    """

    target: Coding
    link: Link
    elicits: str
    convex: bool
    smooth: float
    lipschitz: float
    strictly_convex: bool = False
    strongly_convex: bool = False
    bounded: bool = False
    redescending: bool = False
    symmetric: bool = False

    @property
    def task(self) -> str:
        """``"regression"``, ``"binary"``, ``"classes"``, ``"distribution"``, ``"sequence"`` or ``"sets"``."""
        return self.target.task

    @property
    def differentiable(self) -> bool:
        """Whether the slope is continuous."""
        return self.smooth >= 1

    @property
    def twice_differentiable(self) -> bool:
        """Whether the curvature is continuous."""
        return self.smooth >= 2

    @property
    def robust(self) -> bool:
        """Whether one wild target can pull only so much: the slope is bounded."""
        return math.isfinite(self.lipschitz)

    @property
    def proper(self) -> bool:
        """Whether the expected loss is least at the true probabilities, which the link makes of the best score."""
        return self.elicits == "probability"

    @property
    def calibrated(self) -> bool:
        """Whether the best score has the sign (or the largest entry) of the more probable class."""
        return self.elicits in CALIBRATED


def steepest(slope: Callable[[float], float], low: float, high: float) -> float:
    """The largest value of a function that rises and then falls: a Lipschitz constant that has no closed form."""
    ratio = (math.sqrt(5) - 1) / 2
    for _ in range(70):  # the value is right to the last digit long before its place is
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, right) if slope(left) > slope(right) else (left, high)
    return slope((low + high) / 2)


TRAITS = (*(f.name for f in fields(Traits)), *(n for n, v in vars(Traits).items() if isinstance(v, property)))
