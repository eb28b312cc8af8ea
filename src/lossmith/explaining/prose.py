"""Traits and numbers in words, for the terminal and the pages."""

from __future__ import annotations

import math

from lossmith.traits import Traits


def number(value: float) -> str:
    """Seven significant digits; large whole numbers in full."""
    if math.isfinite(value) and abs(value) >= 1e4 and value == int(value) and abs(value) < 1e16:
        return f"{int(value):,}"
    return f"{value:.7g}"


def in_words(traits: Traits) -> dict[str, str]:
    """What each trait says, by its name.

    >>> from lossmith import MAE
    >>> in_words(MAE().traits)["robust"]
    'yes: one wild target pulls only so much'
    """
    smooth = {0: "no: the slope jumps", 1: "once: the curvature jumps", math.inf: "yes: all derivatives continuous"}
    rows = {
        "reads": traits.target.expects,
        "estimates": traits.elicits,
        "link": traits.link.name,
        "convex": _convexity(traits),
        "smooth": smooth.get(traits.smooth, f"{traits.smooth} continuous derivatives"),
        "largest slope": "without bound" if math.isinf(traits.lipschitz) else number(traits.lipschitz),
        "robust": _robustness(traits),
        "bounded": "yes: there is a largest loss" if traits.bounded else "no",
        "symmetric": "yes: an error and its mirror image cost the same" if traits.symmetric else "no",
    }
    if traits.task in ("binary", "classes", "distribution"):
        rows["proper"] = "yes: least at the true probabilities" if traits.proper else "no"
        rows["calibrated"] = "yes: leads to the more probable class" if traits.calibrated else "no"
    return rows


def _convexity(traits: Traits) -> str:
    if traits.strongly_convex:
        return "yes, strongly: the curvature stays above a positive number"
    return ("yes, strictly" if traits.strictly_convex else "yes") if traits.convex else "no"


def _robustness(traits: Traits) -> str:
    if traits.redescending:
        return "yes, redescending: the worst errors pull no more at all"
    return "yes: one wild target pulls only so much" if traits.robust else "no"
