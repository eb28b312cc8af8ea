"""Whether a gradient comes from the loss, reaches the model, and is of a size that it can use."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from numbers import Number

import numpy as np
import torch
from torch import Tensor, nn

from lossmith.auditing import outputs
from lossmith.auditing.case import Case
from lossmith.auditing.findings import Finding
from lossmith.auditing.head import in_double, redrawn
from lossmith.auditing.scene import Answer, Scene

_VANISHED, _EXPLODED = 1e-4, 1e3  # of the gradient of the layer next to the loss
_SURELY = 1e-6  # in few layers, small initial weights and attention get near to the former
_LOST = 1e-5  # of the slopes by the prediction, in all layers
_FLAT = 1e-6  # of the loss: slopes, in all
_CLOSE = 1e-2  # of predictions next to each other
_LAYERS = 4  # fewer have no depth to lose a gradient in


def detached(case: Case) -> Iterator[Finding]:
    """A loss without a graph."""
    module, answer = case.scene.module, case.scene.answer
    if answer.error is not None:
        if case.scene.ask().error is None:  # of a prediction that wants no gradient it takes what it refuses here
            yield _cut(answer.value)
        return
    value = case.own_value
    has_parameters = module is not None and any(p.requires_grad for p in module.parameters())
    is_wrapped_again = answer.is_attached and answer.raw is not None and answer.raw.grad_fn is None
    if is_wrapped_again:  # torch.tensor(loss.item(), requires_grad=True)
        yield _cut(answer.value)
        return
    is_cut = has_parameters and (not isinstance(value, Tensor) or not value.requires_grad)
    is_cut_inside = module is None and case.prediction is not None and not answer.is_attached
    if (is_cut or is_cut_inside) and (value is None or isinstance(value, Tensor | Number | np.ndarray)):
        if _moves(case) and not _creeps(case):
            yield _step(case)
            return
        yield _cut(answer.value)


def _cut(value: float | None) -> Finding:
    return Finding(
        "LM801",
        "The loss has no gradient: the prediction is detached on the way (detach, item, numpy, no_grad).",
        {"loss": value, "requires_grad": False},
        "Compute the loss of the model's own output, and call backward before .item().",
    )


def stepped(case: Case) -> Iterator[Finding]:
    """A value that moves with the prediction, and no slope."""
    answer = case.scene.answer
    is_made_of_others = answer.raw is not None and answer.raw.grad_fn is not None
    if not (is_made_of_others and _has_no_slope(answer.slopes) and _moves(case)):
        return
    if _creeps(case):  # there is a slope, and it is cut off
        yield _cut(answer.value)
        return
    elsewhere = [_elsewhere(case, size) for size in (1.0, 4.0, 16.0)]
    if any(not _has_no_slope(answer.slopes) for answer in elsewhere):
        here, values = case.scene.answer.value, [a.value for a in elsewhere if a.value is not None]
        if here is not None and values and min(values) < here - 1e-6 * max(1.0, abs(here)):
            yield _held(here, min(values))
    else:
        yield _step(case)


def _held(value: float | None, elsewhere: float | None = None) -> Finding:
    return Finding(
        "LM605",
        "No prediction has a gradient, though the loss is lower elsewhere: a clamp holds all.",
        {"largest slope": 0.0, "loss": value, "where it is right": elsewhere},
        "Remove the clamp: the losses of raw scores need none.",
    )


def constant(case: Case) -> Iterator[Finding]:
    """A value that nothing moves."""
    answer = case.scene.answer
    if answer.error is not None or not answer.is_attached or answer.value is None:
        return
    is_flat = _steepness(answer) <= _FLAT
    if not is_flat or not (case.nature.is_constant or _is_constant_for_any_model(case, answer.value)):
        return
    better = _surely_right(case)
    value = None if better is None else case.scene.value(better)
    if value is not None and value < answer.value - 1e-3 * abs(answer.value) - 1e-6:
        yield _held(answer.value, value)
        return
    yield Finding(
        "LM803",
        f"The loss is {answer.value:.4g} whatever the prediction is.",
        {"loss": answer.value},
        "Check that the loss reads the prediction, and the right axis of it.",
    )


def _steepness(answer: Answer) -> float:
    slopes = 0.0 if answer.slopes is None else float(answer.slopes.abs().sum())
    return slopes / max(1.0, abs(answer.value or 0.0))


def _is_constant_for_any_model(case: Case, value: float) -> bool:
    """Whether it is the same with other parameters of any size, as where a model cannot get to where the loss moves."""
    module = case.scene.module
    if module is None or not any(p.requires_grad for p in module.parameters()):
        return False
    for size in (1.0, -1.0, 4.0, -4.0):
        with redrawn(module, size):
            other = case.scene.own_value()
        if not isinstance(other, Tensor) or abs(float(other.detach().float().mean()) - value) > 1e-6 * max(
            1, abs(value)
        ):
            return False
    return True


def _surely_right(case: Case) -> Tensor | None:
    """A prediction of which a loss should be least: the target itself, or scores that are sure of its labels."""
    prediction, target, axis = case.prediction, case.target, case.class_axis
    if prediction is None or target is None:
        return None
    if target.is_integer and axis is not None and target.low >= 0 and target.high < prediction.shape[axis]:
        labels = torch.nn.functional.one_hot(target.tensor.long(), prediction.shape[axis]).movedim(-1, axis)
        return 40.0 * labels.to(prediction)
    same = target.tensor.shape == prediction.shape and not target.missing
    return target.tensor.to(prediction) if same else None


def unreached(case: Case) -> Iterator[Finding]:
    """Parameters without a gradient."""
    gradients = case.gradients
    if not gradients:
        return
    without = [name for name, g in gradients.items() if g is None] + _never_moved(case, gradients)
    raw = case.scene.answer.raw
    if not without or (len(without) == len(gradients) and (raw is None or raw.grad_fn is None)):
        return
    if _move_the_loss(case, without) and _is_a_step_of(case, without):
        yield _step(case, f"{len(without)} of {len(gradients)} parameters change the loss in steps alone: ")
    elif _move_the_loss(case, without):
        yield Finding(
            "LM801",
            f"{len(without)} of {len(gradients)} parameters change the loss, but have no gradient: what they compute "
            f"is detached on the way (detach, data, no_grad), first {without[0]}.",
            {"without a gradient": len(without), "of": len(gradients), "first": without[0]},
            "Leave detach, .data and torch.no_grad() out of forward, or freeze them: parameter.requires_grad_(False).",
        )
    elif len(without) < len(gradients):
        yield Finding(
            "LM804",
            f"No gradient reaches {len(without)} of {len(gradients)} parameters: {', '.join(without[:4])}"
            f"{' …' if len(without) > 4 else ''}.",
            {"without": len(without), "of": len(gradients), "first": without[0]},
            "Use their output in the loss, or freeze them: parameter.requires_grad_(False).",
        )


def _never_moved(case: Case, gradients: dict[str, Tensor | None]) -> list[str]:
    """Parameters with gradients of 0 that do not change the loss; nor would they with others, as behind a zero.

    Not one that moves what the loss reads, and cancels: a bias of scores of which a ranking takes the difference.
    """
    still = [n for n, g in gradients.items() if g is not None and not bool(g.any())]
    module = case.scene.module
    if not still or module is None or len(still) == len(gradients) or _move_the_loss(case, still):
        return []
    with redrawn(module, 1.0):
        others = case.scene.gradients()
        still = [n for n in still if n in others and not _has_slope(others[n])]
    return [n for n in still if not _moves_what_is_read(case, module.get_parameter(n))]


def _moves_what_is_read(case: Case, parameter: nn.Parameter) -> bool:
    """Whether predictions that the loss has slopes by are others where this parameter is."""
    for view in case.scene.views():
        before, slopes = view.predict(), view.answer.slopes
        with _moved([parameter]):
            after = view.predict()
        if before is None or after is None or slopes is None or before.shape != slopes.shape:
            continue
        if before.shape == after.shape and bool(((after != before) & (slopes != 0)).any()):
            return True
    return False


def _is_a_step_of(case: Case, names: list[str]) -> bool:
    """Whether the loss stays as it is to the last digit where these parameters move by next to nothing."""
    scene, module = case.scene, case.scene.module
    if module is None:
        return False
    inputs, target = outputs.doubled(scene.inputs), outputs.doubled(scene.target)
    exact = Scene(scene.loss, scene.output, target, module, inputs, scene.path)
    with in_double(module):
        here = exact.own_value()
        with _moved([module.get_parameter(name) for name in names], 1e-9):
            there = exact.own_value()
    return isinstance(here, Tensor) and isinstance(there, Tensor) and torch.equal(here.detach(), there.detach())


@contextmanager
def _moved(parameters: list[nn.Parameter], size: float = 0.5) -> Iterator[None]:
    """Other numbers in these parameters for a while."""
    kept = [p.detach().clone() for p in parameters]
    try:
        with torch.no_grad():
            for p in parameters:
                p.mul_(1 + size).add_(size / 5)
        yield
    finally:
        with torch.no_grad():
            for p, before in zip(parameters, kept, strict=True):
                p.copy_(before)


def _has_slope(gradient: Tensor | None) -> bool:
    return gradient is not None and bool((gradient.nan_to_num(1.0) != 0).any())


def _move_the_loss(case: Case, names: list[str]) -> bool:
    """Whether the loss is another where these parameters are."""
    module, here = case.scene.module, case.own_value
    if module is None or not isinstance(here, Tensor):
        return False
    with _moved([p for name, p in module.named_parameters() if name in names]):
        other = case.scene.own_value()
    return isinstance(other, Tensor) and not torch.equal(here.detach(), other.detach())


def stopped_inside(case: Case) -> Iterator[Finding]:
    """A prediction that wants to move, and parameters whose gradients are all exactly 0."""
    slopes, gradients = case.scene.answer.slopes, case.gradients
    known = [g for g in gradients.values() if g is not None]
    if slopes is None or not known or not bool((slopes != 0).any()) or len(case.scene.places) > 1:
        return
    if all(not bool(g.any()) for g in known):
        yield Finding(
            "LM607",
            "The loss has slopes by the prediction, but all gradients of the model are exactly 0: something inside of "
            "it is saturated, as a softmax of large scores or a sigmoid far out is.",
            {"largest slope by the prediction": float(slopes.abs().max()), "largest gradient": 0.0},
            "Scale down what goes into the saturated function: its inputs, its weights or its temperature.",
        )


def through_depth(case: Case) -> Iterator[Finding]:
    """Gradients that get lost, or grow, from the last layer to the first."""
    sizes = _sizes(case)
    if not sizes or not all(math.isfinite(size) for size in sizes):
        return
    first, last = sizes[0], sizes[-1]
    evidence = {"first layer": first, "last layer": last, "layers": len(sizes)}
    is_deep = len(sizes) >= _LAYERS
    limit = _VANISHED if len(sizes) >= 2 * _LAYERS else _SURELY
    slopes = case.scene.answer.slopes
    pull = 0.0 if slopes is None else float(slopes.double().norm())  # where the signal is lost, too, the last is small
    if is_deep and (0 < first < limit * last or 0 < max(sizes) < _LOST * pull):
        yield Finding(
            "LM806",
            f"The gradient of the first layer is {first:.1g}, of the last {last:.1g}, of the predictions {pull:.1g}: "
            f"it vanishes on its way through {len(sizes)} layers.",
            evidence,
            "Use ReLU or GELU, residual connections or normalisation between the layers.",
        )
    elif (is_deep and first > _EXPLODED * max(last, 1e-30)) or max(sizes) > _EXPLODED:
        yield Finding(
            "LM807",
            f"Gradients grow to {max(sizes):.3g} on their way from the last layer ({last:.3g}) to the first "
            f"({first:.3g}).",
            evidence,
            "Initialise smaller, normalise between the layers, and clip: torch.nn.utils.clip_grad_norm_.",
        )


def _sizes(case: Case) -> list[float]:
    """Of the gradient of each layer's weights, from the first to the last."""
    known = [g for g in case.gradients.values() if g is not None and g.dim() > 1]
    return [float(g.double().square().mean().sqrt()) for g in known]


def _has_no_slope(slopes: Tensor | None) -> bool:
    return slopes is None or bool((slopes == 0).all())


def _noise(case: Case, size: float, base: Tensor | None = None, seed: int = 2) -> Tensor | None:
    base = case.prediction if base is None else base
    if base is None:
        return None
    return base + size * torch.randn(base.shape, generator=torch.Generator().manual_seed(seed)).to(base)


def _moves(case: Case) -> bool:
    """Whether the value is another where the prediction is."""
    here = case.scene.answer.value
    if here is None:
        return False
    least = _FLAT * max(1.0, abs(here))  # a sum that cancels moves by its rounding
    values = [case.scene.value(_noise(case, size)) for size in (1.0, 4.0)]
    return any(v is not None and abs(v - here) > least for v in values)


def _creeps(case: Case) -> bool:
    """Whether it moves with a prediction that moves ever so little, where none are so close that they change ranks."""
    prediction = case.prediction
    if prediction is None:
        return False
    is_close = prediction.numel() > 1 and float(prediction.double().std()) < _CLOSE
    base = _noise(case, 1.0, seed=9) if is_close else prediction
    here, there = case.scene.value(base), case.scene.value(_noise(case, 1e-5, base))
    return here is not None and there is not None and here != there


def _elsewhere(case: Case, size: float) -> Answer:
    return case.scene.ask(_noise(case, size), slopes=True)


def _step(case: Case, what: str = "The loss moves with the prediction, but has no slope anywhere: ") -> Finding:
    return Finding(
        "LM802",
        f"{what}rounding, argmax or a threshold lies within.",
        {"loss": case.scene.answer.value, "largest slope": 0.0},
        "Use a loss that is smooth in the scores (lm.CrossEntropy(), lm.SoftDice()), and keep the count for judging.",
    )


PROBES = (detached, stepped, constant, unreached, stopped_inside, through_depth)
