"""Terms that are added to a loss and move with the prediction, but have no gradient."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from lossmith.auditing import outputs
from lossmith.auditing.case import Case
from lossmith.auditing.findings import Finding
from lossmith.auditing.scene import Scene
from lossmith.auditing.tracing import Added

_LARGE, _SMALL = 1.0, 1e-6  # moves of all predictions
_MOVED = 1e-9  # of a term
_MISSED = 1e-3  # of a slope


def added_without_a_gradient(case: Case) -> Iterator[Finding]:
    """A part of a loss that is judged, and not trained."""
    if case.scene.path is None or case.scene.path != case.scene.places[0] or not case.scene.answer.is_attached:
        return
    here, far, near = (_added(case.scene, size) for size in (0.0, _LARGE, _SMALL))
    if not here.parts or not len(here.parts) == len(far.parts) == len(near.parts):
        return
    moved = [n for n, ((a, _), (b, _)) in enumerate(zip(here.parts, far.parts, strict=True)) if _differ(a, b)]
    stepped = [n for n in moved if here.are_numbers[n] and here.parts[n][0] == near.parts[n][0]]
    # x + (rounded - x).detach() stays where x moves a little
    passed_straight = [n for n in moved if not _differ(here.parts[n][1], near.parts[n][1])]
    detached = [n for n in moved if n not in stepped and n not in passed_straight]
    if stepped:
        yield Finding(
            "LM802",
            f"A term of the loss, {here.parts[stepped[0]][0]:.4g}, moves with the prediction in steps alone and has no "
            "slope: rounding, argmax or a threshold lies within.",
            {"term": here.parts[stepped[0]][0], "of other predictions": far.parts[stepped[0]][0]},
            "Use a term that is smooth in the scores, and keep the count for judging.",
        )
    elif detached and _misses_a_slope(case.scene):
        yield Finding(
            "LM801",
            f"A term of the loss, {here.parts[detached[0]][0]:.4g} in sum, moves with the prediction but has no "
            "gradient: it is detached on the way (item, detach, data, no_grad), and only judged.",
            {"term": here.parts[detached[0]][0], "of other predictions": far.parts[detached[0]][0]},
            "Add the term as a tensor with its gradient, or leave it out of the loss.",
        )


def _differ(a: float, b: float) -> bool:
    return abs(a - b) > _MOVED * max(1.0, abs(a))


def _added(scene: Scene, size: float) -> Added:
    """What is added without a gradient, where all predictions are moved by so much; nothing where that fails."""
    torch.manual_seed(0)
    added = Added()
    try:
        with torch.enable_grad(), added:
            scene.loss(_moved(scene, size), outputs.doubled(scene.target))
    except Exception:
        return Added()
    return added


def _moved(scene: Scene, size: float) -> object:
    generator, output = torch.Generator().manual_seed(12), outputs.doubled(scene.output)
    for path in scene.places:
        tensor = outputs.tensors_of(output)[path]
        noise = torch.randn(tensor.shape, generator=generator).to(tensor)
        output = outputs.replaced(output, path, (tensor + size * noise).requires_grad_())
    return output


def _misses_a_slope(scene: Scene) -> bool:
    """Whether the loss changes along a direction by something else than its gradient says; a maximum taken out and
    added again does not.
    """
    values = []
    for size in (0.0, _SMALL, -_SMALL):
        torch.manual_seed(0)
        output = _moved(scene, size)
        with torch.enable_grad():
            values.append((output, scene.loss(output, outputs.doubled(scene.target)).sum()))
    (output, value), (_, up), (_, down) = values
    leaves = [outputs.tensors_of(output)[path] for path in scene.places]
    slopes = torch.autograd.grad(value, leaves, allow_unused=True)
    generator, along = torch.Generator().manual_seed(12), 0.0
    for leaf, slope in zip(leaves, slopes, strict=True):
        noise = torch.randn(leaf.shape, generator=generator).to(leaf)
        along += 0.0 if slope is None else float((slope * noise).sum())
    found = float(up.detach() - down.detach()) / (2 * _SMALL)
    return abs(found - along) > _MISSED * max(abs(found), abs(along))


PROBES = (added_without_a_gradient,)
