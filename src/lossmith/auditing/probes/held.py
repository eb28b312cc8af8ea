"""What holds a gradient back: clamps, saturated functions, dead units."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from lossmith.auditing import outputs
from lossmith.auditing.case import Case
from lossmith.auditing.findings import Finding
from lossmith.auditing.head import unmoved
from lossmith.auditing.scene import Scene
from lossmith.auditing.tracing import CutOff, Squashed

_MANY = 0.5  # of the predictions
_NEARLY_ALL = 0.9  # of what an inner function gives
_HELD = 0.02  # of the elements
_ASKED = 24  # places without slope, each by itself
_DEAD = 0.9  # of a layer's units


def clamped(case: Case) -> Iterator[Finding]:
    """Elements that are wrong, and whose slope is exactly 0 because a clamp holds them."""
    slopes, prediction = case.scene.answer.slopes, case.prediction
    if slopes is None or prediction is None or not bool(slopes.isfinite().all()) or case.nature.is_constant:
        return
    if case.head is not None and case.head.is_constant:
        return
    held = _held_share(case, _still_silent(case, prediction, _units(case, slopes == 0)))
    if held is None or held <= _HELD:
        still = unmoved(case.scene)
        held = _held_share(case, _units(case, still)) if still is not None and still.shape == slopes.shape else None
    if held is not None and held > _HELD:
        yield Finding(
            "LM605",
            f"{100 * held:.0f} % of the predictions have a gradient of exactly 0 though the loss would be less "
            "elsewhere: a clamp holds them.",
            {"held": held, "loss": case.scene.answer.value},
            "Remove the clamp: the losses of raw scores need none.",
        )


def saturated(case: Case) -> Iterator[Finding]:
    """Wrong, and next to no gradient: a sigmoid, a tanh or a softmax that is at its ends."""
    slopes = case.scene.answer.slopes
    if case.scene.module is None or slopes is None or not bool((slopes != 0).any()):
        return
    for share, is_prediction in _at_an_end(case):
        if share > (_MANY if is_prediction else _NEARLY_ALL) and (not is_prediction or _is_wrong(case)):
            what = "predictions" if is_prediction else "numbers behind an inner sigmoid, tanh or softmax"
            yield Finding(
                "LM607",
                f"{100 * share:.0f} % of the {what} are at an end of its range already: what lies before has next to "
                "no gradient, right or wrong.",
                {"at an end": share, "loss": case.scene.answer.value},
                "Scale the inputs, initialise the layer before smaller, or use a loss of raw scores.",
            )
            return


def _at_an_end(case: Case) -> Iterator[tuple[float, bool]]:
    """For each squashing operation of the model the share that is at an end, and whether it gives the prediction."""
    prediction, seen = case.prediction, Squashed()
    with seen:
        case.scene.predict()
    for share, output in seen.found:
        is_prediction = prediction is not None and output.numel() == prediction.numel()
        yield share, is_prediction and torch.equal(output.reshape(-1), prediction.reshape(-1))  # type: ignore[union-attr]


def _is_wrong(case: Case) -> bool:
    """Whether some other prediction between the ends would be better for what is at an end."""
    prediction, head = case.prediction, case.head
    here = case.scene.answer.value
    if prediction is None or head is None or here is None:
        return False
    middle = case.scene.value(torch.full_like(prediction, (head.low + head.high) / 2))
    return middle is not None and middle < here


def _units(case: Case, silent: Tensor) -> Tensor:
    """Which elements are silent, or where a softmax binds them which rows of classes, with an axis of 1 for these."""
    axis = case.class_axis
    is_of_rows = axis is not None and case.nature.softmax_axis is not None
    return silent.all(axis, keepdim=True) if is_of_rows else silent


def _held_share(case: Case, units: Tensor) -> float | None:
    """The share of all that is silent, and for which another prediction lowers the loss."""
    prediction, here = case.prediction, case.scene.answer.value
    if prediction is None or here is None or case.nature.is_margin:
        return None
    found = units.reshape(-1).nonzero().reshape(-1)
    places = found[:: max(1, len(found) // _ASKED)][:_ASKED]
    held = sum(_is_held(case, prediction, here, units, int(place)) for place in places)
    return float(units.double().mean()) * held / len(places) if len(places) else None


def _still_silent(case: Case, prediction: Tensor, units: Tensor) -> Tensor:
    """Those without slope wherever the others are, as a clamp holds them; between ranks it counts where others are."""
    generator = torch.Generator().manual_seed(6)
    for size in (1.0, 4.0, 16.0):  # one that is next to none may leave the ranks as they are
        moved = prediction + size * torch.randn(prediction.shape, generator=generator).to(prediction)
        slopes = case.scene.ask(torch.where(units, prediction, moved), slopes=True).slopes
        if slopes is not None:
            units = units & _units(case, slopes.nan_to_num() == 0)
    scene = case.scene
    exact = Scene(scene.loss, outputs.doubled(scene.output), outputs.doubled(scene.target), path=scene.path)
    slopes = exact.answer.slopes  # what only underflows has one there
    return units if slopes is None else units & _units(case, slopes.nan_to_num() == 0)


def _is_held(case: Case, prediction: Tensor, here: float, units: Tensor, place: int) -> bool:
    """Whether the loss is less with another prediction in this place."""
    there = torch.zeros(units.numel(), dtype=torch.bool)
    there[place] = True
    there = there.reshape(units.shape).to(units.device).expand(prediction.shape)
    size = max(1.0, float(prediction.std()) if prediction.numel() > 1 else 1.0)
    if int(there.sum()) == 1:
        steps = [torch.full_like(prediction, far) for far in (-4.0, -0.5, 0.5, 4.0)]
    else:
        generator = torch.Generator().manual_seed(4)
        steps = [4 * torch.randn(prediction.shape, generator=generator).to(prediction) for _ in range(4)]
    values = [case.scene.value(torch.where(there, prediction + size * step, prediction)) for step in steps]
    return any(v is not None and v < here - 1e-6 * abs(here) - 1e-7 for v in values)


def dead_units(case: Case) -> Iterator[Finding]:
    """Layers whose output is 0 for each sample of the batch."""
    if case.scene.module is None:
        return
    for place, share in enumerate(_dead(case), 1):
        if share > _DEAD:
            yield Finding(
                "LM808",
                f"{100 * share:.0f} % of the units of layer {place} of those that cut off give 0 for each sample of "
                "the batch: no gradient passes them.",
                {"layer": place, "dead": share},
                "Initialise the bias at 0, lower the learning rate, or use a leaky activation.",
            )
            return


def _dead(case: Case) -> list[float]:
    """The share of dead units of each layer that cuts off."""
    seen = CutOff()
    with seen:
        case.scene.predict()
    return seen.dead


PROBES = (saturated, clamped, dead_units)
