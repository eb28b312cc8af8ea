"""What the last layer of a model can give: seen by drawing other parameters, not by reading its layers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from lossmith.auditing.coding import are_distributions
from lossmith.auditing.scene import Scene

SMALL, LARGE = (4.0, -4.0), (16.0, -16.0)  # of the parameters drawn: scores follow, what is squeezed stays in bounds
GROWN = 0.05  # of the range, that larger parameters may add to one with bounds
_NEAR = 0.02  # of the range, to an end of it
_MANY = 0.05  # of the predictions
_NUDGE = 0.1  # of the parameters: half precision does not see a hundredth
_FEWEST = 8  # predictions, for a range of them to say something where there is no model


@dataclass(frozen=True)
class Head:
    """The range of the predictions, and whether they are distributions.

    Attributes:
        low: nothing less was seen, on the batch or with other parameters.
        high: nothing more.
        is_stretched: whether there was a model to draw parameters for; else the range is that of one batch.
        simplex_axis: along which all are non-negative and sum to 1.
        log_simplex_axis: along which their exponentials do.
        is_simplex_as_a_whole: all numbers of the batch are non-negative and sum to 1 together.
        is_constant: all predictions are one number, whatever the model's parameters are.
        is_bounded_below: larger parameters do not take it further down.
        is_bounded_above: nor up.
        rests_below: with them, a share of the predictions is at that bound, as behind a sigmoid or a ReLU.
        rests_above: at the other.
    """

    low: float
    high: float
    is_stretched: bool
    simplex_axis: int | None
    log_simplex_axis: int | None
    is_simplex_as_a_whole: bool
    is_constant: bool
    is_bounded_below: bool
    is_bounded_above: bool
    rests_below: bool
    rests_above: bool

    @property
    def is_unit(self) -> bool:
        """Between 0 and 1 by construction."""
        return self.low >= 0 and self.high <= 1


def head_of(scene: Scene) -> Head | None:
    """What the predictions can be; None where there is no one tensor of them."""
    prediction = scene.prediction
    if prediction is None or prediction.numel() == 0 or not bool(prediction.isfinite().all()):
        return None
    small, large = drawn(scene, SMALL), drawn(scene, LARGE)
    seen = [prediction.float(), *small, *large]
    if len(seen) == 1 and prediction.numel() < _FEWEST:
        return None
    return Head(
        low=min(float(p.min()) for p in seen),
        high=max(float(p.max()) for p in seen),
        is_stretched=len(seen) > 1,
        simplex_axis=_axis(seen, is_log=False),
        log_simplex_axis=_axis(seen, is_log=True),
        is_simplex_as_a_whole=all(are_distributions(p.reshape(-1), 0) for p in seen),
        is_constant=len({float(v) for p in seen for v in (p.min(), p.max())}) == 1,
        is_bounded_below=_ends([-p for p in small], [-p for p in large]),
        is_bounded_above=_ends(small, large),
        rests_below=_rests([-p for p in large]),
        rests_above=_rests(large),
    )


def _ends(small: list[Tensor], large: list[Tensor]) -> bool:
    """Whether larger parameters do not raise the largest prediction any more."""
    if len(small) < len(SMALL) or len(large) < len(LARGE):
        return False
    return growth(small, large) <= GROWN


def _rests(large: list[Tensor]) -> bool:
    """Whether many predictions are next to the largest."""
    if not large:
        return False
    seen = torch.cat([p.reshape(-1) for p in large])
    near = seen > seen.max() - _NEAR * (seen.max() - seen.min())
    return float(near.double().mean()) > _MANY


def growth(small: list[Tensor], large: list[Tensor]) -> float:
    """What larger parameters add to the largest prediction, as a share of the range."""
    less, more = (max(float(p.max()) for p in each) for each in (small, large))
    spread = less - min(float(p.min()) for p in small)
    return (more - less - 1e-6) / max(spread, 1e-30)


def drawn(scene: Scene, sizes: tuple[float, ...]) -> list[Tensor]:
    """The predictions under other parameters of these sizes, where they are numbers."""
    module, prediction = scene.module, scene.prediction
    if module is None or prediction is None or not any(p.requires_grad for p in module.parameters()):
        return []
    found = []
    for size in sizes:
        if size not in scene.drawn:
            with redrawn(module, size):
                scene.drawn[size] = scene.predict()
        other = scene.drawn[size]
        if other is not None and other.shape == prediction.shape and not bool(other.isnan().any()):
            found.append(other.float())
    return found


def _axis(seen: list[Tensor], *, is_log: bool) -> int | None:
    """The axis along which all of them are distributions; the last where there are several."""
    for axis in reversed(range(seen[0].dim())):
        if seen[0].shape[axis] > 1 and all(are_distributions(p.exp() if is_log else p, axis) for p in seen):
            return axis
    return None


def unmoved(scene: Scene) -> Tensor | None:
    """Which predictions do not move by a bit where all parameters are a little different, but do with others.

    What no parameters move is no fault of theirs: padding, a boundary that is built in.
    """
    module, prediction = scene.module, scene.prediction
    if module is None or prediction is None or not any(p.requires_grad for p in module.parameters()):
        return None
    with redrawn(module, _NUDGE, keep=1.0):
        nudged = scene.predict()
    others = [p for p in drawn(scene, SMALL + LARGE) if p.shape == prediction.shape]
    if nudged is None or nudged.shape != prediction.shape or not others:
        return None
    return (nudged == prediction) & torch.stack([other != prediction for other in others]).any(0)


def feature_axis(scene: Scene, axes: tuple[int, ...]) -> int | None:
    """Along which the last layer's features lie: a step of the first one's bias takes its score from the next one's."""
    stepped = _step_of_a_bias(scene, axes)
    for change in stepped:
        for axis in axes:
            if bool((change.select(axis, 0) - change.select(axis, 1) - 1).abs().max() < 1e-3):
                return axis
    return None


def are_features_mixed(scene: Scene, axis: int) -> bool:
    """Whether such a step, of the last layer's first unit, is seen at others than the first along this axis."""
    stepped = _step_of_a_bias(scene, (axis,))
    if not stepped:
        return False
    change = stepped[0]
    moved, still = (change - 1).abs() < 1e-3, change.abs() < 1e-3
    is_one_of_all = abs(float(moved.double().mean()) * change.shape[axis] - 1) < 1e-6
    return is_one_of_all and bool((moved | still).all()) and not bool(moved.select(axis, 0).all())


def is_blind_to_its_features(scene: Scene, axis: int) -> bool:
    """Whether such a step changes nothing, as where a softmax along this axis runs over places."""
    stepped = _step_of_a_bias(scene, (axis,))
    return bool(stepped) and float(stepped[0].abs().max()) < 1e-5


def _step_of_a_bias(scene: Scene, axes: tuple[int, ...]) -> list[Tensor]:
    """What a step of 1 of the first of the last biases changes in the predictions, and in their logarithms."""
    module, before = scene.module, scene.predict()
    if module is None or before is None:
        return []
    biases = [p for p in module.parameters() if p.dim() == 1 and p.numel() == before.shape[axes[0]]]
    if not biases:
        return []
    with torch.no_grad():
        kept = biases[-1].clone()
        biases[-1][0] += 1
        after = scene.predict()
        biases[-1].copy_(kept)
    return [] if after is None else [after - before, after.log() - before.log()]


@contextmanager
def redrawn(model: nn.Module, size: float, keep: float = 0.0) -> Iterator[None]:
    """Other numbers, normal, for all parameters that are trained, for a while; the same each time but for the size.

    A weight is as large as leaves the numbers that it passes on as large as they came, times ``size``; of what it was
    before, the share ``keep`` is added.
    """
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    kept = [parameter.detach().clone() for parameter in parameters]
    generator = torch.Generator().manual_seed(0)
    try:
        with torch.no_grad():
            for parameter in parameters:
                incoming = parameter[0].numel() if parameter.dim() > 1 else 1
                noise = torch.randn(parameter.shape, generator=generator)
                parameter.copy_(keep * parameter + (noise * size / max(incoming, 1) ** 0.5).to(parameter))
        yield
    finally:
        with torch.no_grad():
            for parameter, value in zip(parameters, kept, strict=True):
                parameter.copy_(value)


@contextmanager
def in_double(module: nn.Module) -> Iterator[list[Tensor]]:
    """The model in float64 for a while, and its parameters; then with the very tensors that it had."""
    held = [t for t in (*module.parameters(), *module.buffers()) if t.is_floating_point()]
    kept, usual = [t.data for t in held], torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)  # of what the model makes itself
    try:
        for t in held:
            t.data = t.data.double()
        yield [p for p in module.parameters() if p.requires_grad and p.is_floating_point()]
    finally:
        for t, before in zip(held, kept, strict=True):
            t.data = before
        torch.set_default_dtype(usual)
