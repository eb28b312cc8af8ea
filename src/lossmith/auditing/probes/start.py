"""The loss at the start against theory, and the first step."""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from torch import Tensor, nn

from lossmith.auditing.case import Case
from lossmith.auditing.findings import Finding

_FAR = 3.0  # times what theory expects
_FLAT = 1e-4  # of the loss, that a step of the parameters' own size would change it by
STEPS = (1e-4, 1e-3, 1e-2)  # of the parameters' own size


def far_from_theory(case: Case) -> Iterator[Finding]:
    """A model that knows nothing loses log C, log 2, or the variance; one that loses much more is sure of nonsense."""
    expected, value = _expected(case), case.scene.answer.value
    if case.scene.module is None or expected is None or value is None or not math.isfinite(value):
        return
    if _times(value, expected[0]) > _FAR:
        yield Finding(
            "LM901",
            f"The loss is {value:.3g}, where a model that knows nothing would lose {expected[0]:.3g} ({expected[1]}): "
            "it starts by being sure of what is wrong.",
            {"loss": value, "expected": expected[0]},
            "Start the last bias at loss.best_constant(target), and the last weights near 0.",
        )


def _times(value: float, expected: float) -> float:
    """How many times what theory expects a loss is; 1 is taken off, as little is expected of few classes."""
    return (value - 1) / expected


def no_way_down(case: Case) -> Iterator[Finding]:
    """A step along the gradient lowers the loss, if it is its gradient."""
    module = case.scene.module
    if module is None or case.nature.is_constant:
        return
    value = _sum(case.scene.own_value())  # as it is now: a model may keep a mean of what it has seen
    gradients = [(module.get_parameter(name), g) for name, g in case.gradients.items() if g is not None]
    if value is None or not gradients:
        return
    steepness = math.sqrt(sum(float(g.double().square().sum()) for _, g in gradients))
    size = math.sqrt(sum(float(p.detach().double().square().sum()) for p, _ in gradients))
    if not (math.isfinite(value) and 0 < steepness < math.inf) or steepness * size <= _FLAT * abs(value):
        return
    after = [_after(case, gradients, step * size / steepness) for step in STEPS]
    known = [v for v in after if v is not None]
    if known and min(known) >= value:
        yield Finding(
            "LM902",
            f"The loss is {value:.5g}, and a step along its gradient gives {min(known):.5g} at best: what is called "
            "the gradient does not lead down.",
            {"loss": value, "after steps": after},
            "Check backward passes written by hand with torch.autograd.gradcheck.",
        )


def _expected(case: Case) -> tuple[float, str] | None:
    """What a model that knows nothing loses, and why; per element, where the loss is a mean."""
    target, nature = case.target, case.nature
    if target is None or target.missing:
        return None
    if nature.softmax_axis is not None and case.classes and target.is_integer:
        return math.log(case.classes), f"log {case.classes}"
    if nature.is_logistic and target.is_binary and not nature.is_margin:
        return math.log(2), "log 2"
    return None


def _after(case: Case, gradients: list[tuple[nn.Parameter, Tensor]], step: float) -> float | None:
    kept = [p.detach().clone() for p, _ in gradients]
    try:
        with torch.no_grad():
            for p, g in gradients:
                p.sub_(step * g)
        return _sum(case.scene.own_value())
    finally:
        with torch.no_grad():
            for (p, _), before in zip(gradients, kept, strict=True):
                p.copy_(before)


def _sum(value: object) -> float | None:
    return float(value.detach().sum()) if isinstance(value, Tensor) else None


PROBES = (far_from_theory, no_way_down)
