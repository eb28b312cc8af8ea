"""A target that a loss takes where it refuses the one it was given: what helps tells what was wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from lossmith.auditing.coding import Target
from lossmith.auditing.scene import Scene


@dataclass(frozen=True)
class Repair:
    """What was done to a target, and what came of it."""

    code: str
    target: Tensor


def working_target(scene: Scene, target: Target | None) -> Repair | None:
    """The first change of the target after which the loss gives a value."""
    prediction = scene.prediction
    if target is None or prediction is None:
        return None
    for repair in _repairs(prediction, target):
        if scene.ask(prediction, repair.target).is_finite:
            return repair
    return None


def _repairs(prediction: Tensor, target: Target) -> Iterator[Repair]:
    t = target.tensor
    classes = prediction.shape[1] if prediction.dim() > 1 else 0
    is_a_place_a_row = t.dim() == prediction.dim() - 1
    is_ids = is_a_place_a_row and target.is_whole
    if is_ids and not target.is_integer and target.high < max(classes, 2):
        yield Repair("LM204", t.long())
    if is_a_place_a_row and target.step is not None:
        yield Repair("LM214", (t / target.step).round().long())
    if target.is_integer and is_ids and target.low == 1 and target.high == classes:
        yield Repair("LM201", t - 1)
    if target.is_integer and is_ids and (target.high >= classes or target.low < 0):
        yield Repair("LM202", t.clamp(0, max(classes - 1, 0)))
    if t.dim() == prediction.dim() and target.is_one_hot:
        yield Repair("LM208", t.argmax(-1))
        yield Repair("LM208", t.argmax(1))
    if is_ids and classes > 1 and target.low >= 0 and target.high < classes:
        rows = functional.one_hot(t.long(), classes)
        yield Repair("LM209", rows.movedim(-1, 1).to(prediction.dtype))
    if t.shape == prediction.shape and t.dim() >= 2 and target.low >= 0 and not target.missing:
        for axis in {1, t.dim() - 1}:
            yield Repair("LM211" if target.is_multi_hot else "LM210", t / t.sum(axis, keepdim=True).clamp_min(1e-6))
    if target.is_whole and set(target.values) <= {-1.0, 0.0, 1.0} and target.low < 0:
        yield Repair("LM206", (t + 1) / 2)
    if target.is_whole and target.low == 0 and target.high > 1:
        yield Repair("LM207", t / target.high)
    if t.shape == prediction.shape and not t.is_floating_point():
        yield Repair("dtype", t.to(prediction.dtype))
    if t.numel() == prediction.numel() and t.shape != prediction.shape:
        yield Repair("shape", t.reshape(prediction.shape).to(prediction.dtype))
    if torch.is_floating_point(t) and not bool(t.isfinite().all()):
        yield Repair("LM216", t.nan_to_num(0.0, 0.0, 0.0))
