"""Which element of the prediction is held against which of the target."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from lossmith.auditing import outputs
from lossmith.auditing.case import Case
from lossmith.auditing.coding import Target
from lossmith.auditing.findings import Finding
from lossmith.auditing.pull import OWN, pull_of_a_label, share_of_its_own_place
from lossmith.auditing.scene import Scene

_ROWS = 6  # of the batch, to ask of each target by itself
_SHARES = (1.0, 0.125)  # of predictions among the targets: a loss may pass them through something
_CLOSE = 1e-4  # of the loss
_OF_THE_VALUES = 0.02  # of what other targets change
_MOVED = 1e-6
_PEAKED = 3.0  # times what the other places change by


def broadcast(case: Case) -> Iterator[Finding]:
    """Each prediction is held against every target: which target belongs to which does not matter."""
    prediction, target = case.prediction, case.target
    if prediction is None or target is None or target.is_integer or target.missing or prediction.dim() == 0:
        return
    few = case.scene.of_few(_ROWS)
    if len(prediction) < _ROWS or few is None or few.prediction is None or len(target.values) < 2:
        return
    turned = _turned(case.scene, few, target)
    others = _others_drawn(case.scene, target)
    if turned is not None and others is not None and _is_seen(others, target):
        return
    if turned is None and (_is_a_square_of_rows(case) or _is_a_column_beside_rows(case)):
        turned = []
    if turned is not None:
        yield _each_against_all(prediction, target.tensor, turned)


def broadcast_beside(case: Case) -> Iterator[Finding]:
    """The same of one of several tensors of a target: (N,) beside an output (N, 1)."""
    prediction, scene = case.prediction, case.scene
    if prediction is None or case.target is not None or len(prediction.reshape(-1)) < _ROWS:
        return
    for path, tensor in outputs.tensors_of(scene.target).items():
        target = Target(tensor)
        if tensor.numel() != prediction.numel() or tensor.shape == prediction.shape or len(target.values) < 2:
            continue
        beside = Scene(scene.loss, scene.output, scene.target, path=scene.path)
        beside.places, beside.target_path = scene.places, path
        drawn = _others_drawn(beside, target) or beside
        turned = _blind_to_an_axis(drawn, _among(target.numbers, prediction), tensor)
        if turned is not None:
            yield _each_against_all(prediction, tensor, turned)


def _each_against_all(prediction: Tensor, target: Tensor, turned: list[float]) -> Finding:
    shapes = {"prediction": list(prediction.shape), "target": list(target.shape)}
    return Finding(
        "LM301",
        f"Predictions of shape {shapes['prediction']} and targets of shape {shapes['target']} are broadcast: every "
        "prediction is held against every target, and all are drawn to the mean.",
        {**shapes, **({"loss, targets in turn": turned} if turned else {})},
        _fix(prediction, target),
    )


def _others_drawn(scene: Scene, target: Target) -> Scene | None:
    """With numbers among the targets in the model's other outputs, too: a fresh model's are all nearly the same."""
    output = scene.output
    for n, path in enumerate(path for path in scene.places if path != scene.path):
        tensor = outputs.tensors_of(output)[path]
        output = outputs.replaced(output, path, _among(target.numbers, tensor, seed=n))
    drawn = Scene(scene.loss, output, scene.target, path=scene.path)
    drawn.target_path = scene.target_path
    return drawn if len(scene.places) > 1 and drawn.answer.is_finite else None


def _is_seen(scene: Scene, target: Target) -> bool:
    """Whether it matters there which target belongs to which."""
    few = scene.of_few(_ROWS)
    return few is not None and few.prediction is not None and _turned(scene, few, target) is None


def _turned(scene: Scene, few: Scene, target: Target) -> list[float] | None:
    """The loss before and after targets change places, where that does not matter, at large and small predictions."""
    prediction = scene.prediction
    if prediction is None or few.prediction is None:
        return None
    found = []
    for share in _SHARES:  # far from all targets a distance is a straight line, to which places do not matter either
        among = share * _among(target.numbers, few.prediction)
        if few.value(among) is None:  # the shapes go together for as many rows as there are alone
            turned = _blind_to_an_axis(scene, share * _among(target.numbers, prediction), target.tensor)
        elif prediction.shape != target.tensor.shape:
            turned = _blind_to_an_axis(few, among, few.target, (0,))
        else:
            turned = _mean_of_constant_targets(few, among, few.target)
        if turned is None:
            return None
        found.append(turned)
    return found[0]


def _mean_of_constant_targets(few: Scene, among: Tensor, rows: Tensor) -> list[float] | None:
    """The loss before and after targets change places, where it is the mean of those of constant targets."""
    here, turned, again = (few.value(among, rows.roll(n, 0)) for n in range(3))
    alone = [few.value(among, rows[n].expand_as(rows)) for n in range(_ROWS)]
    known = [v for v in alone if v is not None]
    if here is None or turned is None or again is None or not _is_number(here) or len(known) < _ROWS:
        return None
    spread = max(known) - min(known)
    is_blind = max(abs(turned - here), abs(again - here)) <= _blind(here, spread)
    if not is_blind or spread < _CLOSE * max(map(abs, known)):
        return None
    mean = sum(known) / _ROWS
    ratio = here / mean if mean else 0.0
    return [here, turned] if abs(ratio - 1) < _CLOSE or abs(ratio - _ROWS) < _CLOSE * _ROWS else None


def _blind_to_an_axis(
    scene: Scene, among: Tensor, target: Tensor, axes: tuple[int, ...] | None = None
) -> list[float] | None:
    """The same of shapes that differ, where it is the places along one axis that do not matter, and the values do."""
    here = scene.value(among)
    if here is None or not _is_number(here) or among.shape == target.shape:
        return None
    moved = scene.value(among, target.roll(1, 0).roll(1, -1) + target.mean())
    if moved is None or moved == here:
        return None
    for axis in range(target.dim()) if axes is None else axes:
        turned = [scene.value(among, target.roll(n, axis)) for n in (1, 2)] if target.shape[axis] > 1 else [None]
        if all(v is not None and abs(v - here) <= _blind(here, abs(moved - here)) for v in turned):
            return [here, *(v for v in turned if v is not None)]
    return None


def _blind(here: float, spread: float) -> float:
    """Up to what change the places of targets do not matter: of the loss, and of what their values change it by."""
    return min(_CLOSE * abs(here), _OF_THE_VALUES * spread)


def _is_a_square_of_rows(case: Case) -> bool:
    """Whether the model itself gives a number for each pair of rows, and the loss a distance to a number for each."""
    prediction, target = case.prediction, case.target
    if prediction is None or target is None or prediction.dim() != 2 or not case.nature.is_residual:
        return False
    rows = len(target.tensor)
    return rows > 1 and target.tensor.numel() == rows and tuple(prediction.shape) == (rows, rows)


def _is_a_column_beside_rows(case: Case) -> bool:
    """Whether an output (N, 1) goes with targets (N,) and another output, and which row it is of does not matter."""
    prediction, target, here = case.prediction, case.target, case.scene.answer.value
    if prediction is None or target is None or here is None or len(case.scene.places) < 2:
        return False
    if tuple(prediction.shape) != (*target.tensor.shape, 1) or len(prediction) < _ROWS:
        return False
    turned = [case.scene.value(prediction.roll(n, 0)) for n in (1, 2)]
    moved = case.scene.value(prediction + prediction.std())
    return moved != here and all(v is not None and abs(v - here) <= 1e-5 * abs(here) for v in turned)


def refused(case: Case) -> Iterator[Finding]:
    """Shapes that the loss itself refuses, though they hold as many numbers."""
    repair, prediction, target = case.repaired, case.prediction, case.target
    if repair is not None and prediction is not None and target is not None and repair.code == "shape":
        yield Finding(
            "LM301",
            f"Predictions have shape {list(prediction.shape)} and targets {list(target.tensor.shape)}.",
            {"prediction": list(prediction.shape), "target": list(target.tensor.shape)},
            _fix(prediction, target.tensor),
        )


def place_for_classes(case: Case) -> Iterator[Finding]:
    """A softmax over time or space, where there are as many places as classes."""
    prediction, axis = case.prediction, case.nature.softmax_axis
    if prediction is None or axis != 1 or prediction.dim() < 3 or prediction.shape[1] != prediction.shape[-1]:
        return
    changed = _changed_by_the_last_place(case.scene, prediction)
    if changed is None or not bool((changed > _MOVED).any()):
        return
    last = prediction.dim() - 1
    is_local = not _is_everywhere(changed, axis) and _is_everywhere(changed, last)
    if is_local or (_is_peaked(changed, axis) and not _is_peaked(changed, last)):
        yield Finding(
            "LM303",
            f"The loss takes axis 1 of the predictions {list(prediction.shape)} for the classes, but it is a place: "
            "another input at the last place changes some of it alone, and all of the last axis.",
            {"shape": list(prediction.shape), "softmax along": 1},
            "Write prediction.movedim(-1, 1), or lm.CrossEntropy()(prediction, target, axis=-1).",
        )


def mixed_axes(case: Case) -> Iterator[Finding]:
    """A label that pulls at another place's numbers, or along another axis than that of the loss's softmax."""
    prediction, target = case.prediction, case.target
    if prediction is None or target is None or not target.is_integer or target.low < 0 or prediction.dim() < 3:
        return
    axes = [a for a in range(1, prediction.dim()) if prediction.select(a, 0).shape == target.tensor.shape]
    found = pull_of_a_label(case.scene, target.tensor, prediction.shape[axes[0]]) if axes else None
    if found is None or not len(found[1]):
        return
    own, softmax = [axis for axis in axes if share_of_its_own_place(*found, axis) > OWN], case.nature.softmax_axis
    if not own or (softmax is not None and softmax not in own):
        yield Finding(
            "LM303",
            f"The classes of the predictions {list(prediction.shape)} should lie on axis {axes[0]}, but the label at "
            f"{list(found[0])} pulls at the numbers at {found[1][:3].tolist()}: classes and places are mixed.",
            {"shape": list(prediction.shape), "label at": list(found[0]), "pulls at": found[1][:3].tolist()},
            "Move the classes before the loss: prediction.movedim(axis, 1), never reshape or view.",
        )


def _is_everywhere(changed: Tensor, axis: int) -> bool:
    return bool((changed > _MOVED).movedim(axis, 0).flatten(1).any(1).all())


def _is_peaked(changed: Tensor, axis: int) -> bool:
    """Whether the last place along the axis changes by far the most, as it does where all places see all."""
    return _peak(changed, axis) > _PEAKED


def _peak(changed: Tensor, axis: int) -> float:
    sizes = changed.movedim(axis, 0).flatten(1).mean(1)
    return float(sizes[-1] / sizes[:-1].max().clamp_min(1e-30))


def _changed_by_the_last_place(scene: Scene, prediction: Tensor) -> Tensor | None:
    """By how much another input at the last place, of time or of an image, changes the prediction."""
    inputs = scene.inputs
    if not isinstance(inputs, Tensor) or inputs.dim() < 2 or len(inputs) < 2:
        return None
    other = inputs.clone()
    if inputs.dim() == 4:
        other[..., -1, -1] = inputs[..., -1, -1].roll(1, 0)
    else:
        other[:, -1] = inputs[:, -1].roll(1, 0)
    before, after = scene.predict(), scene.predict(other)
    return None if before is None or after is None else (before - after).abs()


def _among(numbers: Tensor, like: Tensor, seed: int = 3) -> Tensor:
    """Predictions drawn from the targets and from their range, a little nearer to their mean: no two alike."""
    generator = torch.Generator().manual_seed(seed)
    places = torch.randint(len(numbers), like.shape, generator=generator)
    share, where = torch.rand(like.shape, generator=generator), torch.rand(like.shape, generator=generator)
    drawn = numbers[places].cpu()
    between = numbers.min().cpu() + where * (numbers.max() - numbers.min()).cpu()
    mixed = torch.where(share < 0.5, drawn, between)  # of a target that is 0 nearly everywhere, some are not
    return ((0.9 - 0.2 * share) * mixed + (0.1 + 0.2 * share) * numbers.mean().cpu()).to(like)


def _fix(prediction: Tensor, target: Tensor) -> str:
    if prediction.dim() == target.dim() + 1 and prediction.shape[-1] == 1:
        return "Write prediction.squeeze(-1); Lossmith's losses refuse such shapes."
    if target.dim() == prediction.dim() + 1 and target.shape[-1] == 1:
        return "Write target.squeeze(-1); Lossmith's losses refuse such shapes."
    return "Give prediction and target one shape, inside the loss too; Lossmith's losses refuse others."


def _is_number(value: float) -> bool:
    return value == value and abs(value) != float("inf")


PROBES = (broadcast, broadcast_beside, refused, place_for_classes, mixed_axes)
