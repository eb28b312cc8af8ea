"""Which element of the prediction is held against which of the target."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from lossmith.auditing import outputs
from lossmith.auditing.case import Case
from lossmith.auditing.coding import Target
from lossmith.auditing.findings import Finding
from lossmith.auditing.head import are_features_mixed, feature_axis
from lossmith.auditing.pull import OWN, pulls_of_labels, share_of_their_own_places
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
    if turned is None and _is_a_square_of_rows(case):
        turned = []
    if turned is not None:
        yield _each_against_all(prediction, target.tensor, turned)


def column_or_row(case: Case) -> Iterator[Finding]:
    """An output (N, 1) beside targets (N,), or the other way: which row it is of matters only in the other shape."""
    prediction = case.prediction
    if prediction is None or len(prediction.shape) == 0 or len(prediction) < _ROWS:
        return
    is_column = prediction.dim() > 1 and prediction.shape[-1] == 1
    other = prediction.squeeze(-1) if is_column else prediction.unsqueeze(-1)
    here, there = _by_rows(case.scene, prediction), _by_rows(case.scene, other)
    if here is None or there is None or there[1] < _CLOSE * here[0] or here[1] > 1e-2 * _CLOSE * here[0]:
        return
    yield _each_against_all(prediction, other, [here[0]])


def _by_rows(scene: Scene, prediction: Tensor) -> tuple[float, float] | None:
    """The size of the loss of predictions far apart, and by how much it is another when they change rows."""
    noise = torch.randn(prediction.shape, generator=torch.Generator().manual_seed(11)).to(prediction)
    for among in (prediction + noise, prediction * noise.exp()):  # a variance stays positive
        here, *turned = (scene.value(among.roll(n, 0)) for n in range(3))
        known = [abs(v - here) for v in turned if v is not None and here is not None and _is_number(v)]
        if here is not None and len(known) == len(turned):
            return abs(here), max(known)
    return None


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
    if prediction is None or axis is None or prediction.dim() < 3:
        return
    alike = [a for a in range(1, prediction.dim()) if prediction.shape[a] == prediction.shape[axis]]
    other = feature_axis(case.scene, tuple(alike)) if len(alike) == 2 else None
    last = prediction.dim() - 1
    if (other is not None and other != axis) or (axis == 1 and last in alike and _is_a_place(case.scene, prediction)):
        other = last if other is None else other
        yield Finding(
            "LM303",
            f"The loss takes axis {axis} of the predictions {list(prediction.shape)} for the classes, but it is a "
            f"place: the model's last layer has its units along axis {other}.",
            {"shape": list(prediction.shape), "softmax along": axis, "units along": other},
            f"Write prediction.movedim({other}, 1), or lm.CrossEntropy()(prediction, target, axis={other}).",
        )
    elif are_features_mixed(case.scene, axis):
        yield Finding(
            "LM303",
            f"Axis {axis} of the predictions {list(prediction.shape)} holds numbers of several units of the last "
            "layer: classes and places are mixed on the way out of the model.",
            {"shape": list(prediction.shape), "softmax along": axis},
            "Move the units to their axis, movedim(-1, 1), before the places are laid out: never reshape or view.",
        )


def _is_a_place(scene: Scene, prediction: Tensor) -> bool:
    """Whether another input at the last place changes some of axis 1 alone, and all of the last axis."""
    changed = _changed_by_the_last_place(scene, prediction)
    if changed is None or not bool((changed > _MOVED).any()):
        return False
    last = prediction.dim() - 1
    is_local = not _is_everywhere(changed, 1) and _is_everywhere(changed, last)
    return is_local or (_is_peaked(changed, 1) and not _is_peaked(changed, last))


def mixed_axes(case: Case) -> Iterator[Finding]:
    """A label that pulls at another place's numbers, or along another axis than that of the loss's softmax."""
    prediction, target = case.prediction, case.target
    if prediction is None or target is None or not target.is_integer or target.low < 0 or prediction.dim() < 3:
        return
    axes = [a for a in range(1, prediction.dim()) if prediction.select(a, 0).shape == target.tensor.shape]
    pulls = pulls_of_labels(case.scene, target.tensor) if axes else []
    if not pulls:
        return
    own, softmax = [axis for axis in axes if share_of_their_own_places(pulls, axis) > OWN], case.nature.softmax_axis
    if not own or (softmax is not None and softmax not in own):
        place, pulled = pulls[-1]
        yield Finding(
            "LM303",
            f"The classes of the predictions {list(prediction.shape)} should lie on axis {axes[0]}, but the label at "
            f"{list(place)} pulls at the numbers at {pulled[:3].tolist()}: classes and places are mixed.",
            {"shape": list(prediction.shape), "label at": list(place), "pulls at": pulled[:3].tolist()},
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


PROBES = (broadcast, column_or_row, refused, place_for_classes, mixed_axes)
