"""What the sum is divided by."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from lossmith.auditing.case import Case
from lossmith.auditing.elements import Elements
from lossmith.auditing.findings import Finding
from lossmith.auditing.outputs import detached, replaced, tensors_of
from lossmith.auditing.scene import Scene
from lossmith.auditing.tracing import Lost

_FEWEST = 4  # elements that count
_SHARE = 0.02  # of the elements, ignored
_MOVED = 0.1  # of what slopes would change by, if ignored elements were not counted
_DOUBLED = 1e-3  # of a ratio of losses
_SIZES = (1.0, 8.0, 0.1)  # of other predictions
_MADE_UP = 0.25  # that the weights of a batch may be off by
_OTHERS = 24  # predictions, at one of which an element that counts has a slope


def all_ignored(case: Case) -> Iterator[Finding]:
    """No element counts: a mean of nothing, whatever is predicted."""
    target, answer, prediction = case.target, case.scene.answer, case.prediction
    if answer.error is not None or prediction is None or answer.value is None:
        return
    if case.missing:
        return
    is_no_class = target is not None and target.is_integer and len(target.values) == 1 and target.low < 0
    others = [case.scene.value(p) for p in (0.5 + 0 * prediction, prediction.sigmoid(), -prediction)]
    is_never_a_number = answer.value != answer.value and all(v is not None and v != v for v in others)
    if is_never_a_number and (_is_a_number_without_zeros(case) or case.axis_of_distributions is not None):
        return
    if is_never_a_number and (_is_a_number_of_other_outputs(case) or _takes_a_logarithm_of_nothing(case)):
        return
    has_no_slope = answer.slopes is None or bool((answer.slopes == 0).all())
    if is_never_a_number or (is_no_class and has_no_slope):
        yield Finding(
            "LM502",
            f"The loss is {answer.value} whatever is predicted: every element is ignored, and the mean is one of "
            "nothing.",
            {"loss": answer.value, "of other predictions": others},
            "Leave such batches out; lm.CrossEntropy() and lm's mask= give 0 there, and a gradient of 0.",
        )


def _is_a_number_without_zeros(case: Case) -> bool:
    """Whether it is the zeros among the targets that the loss cannot read, rather than that nothing counts."""
    target = case.target
    if target is None or target.is_integer or target.low != 0 or target.high == 0:
        return False
    return case.scene.ask(target=target.tensor.clamp_min(1e-3)).is_finite


def _is_a_number_of_other_outputs(case: Case) -> bool:
    """Whether it is another output of the model that the loss cannot read."""
    output = detached(case.scene.output)
    for path, tensor in tensors_of(output).items():
        output = replaced(output, path, torch.full_like(tensor, 0.5))
    return Scene(case.scene.loss, output, case.scene.target).ask().is_finite


def _takes_a_logarithm_of_nothing(case: Case) -> bool:
    lost = Lost()
    with lost:
        case.scene.ask()
    return lost.by == "logarithm"


def ignored_in_the_mean(case: Case) -> Iterator[Finding]:
    """With elements that count in the place of ignored ones, the slopes of the others stay as they are."""
    elements = Elements(case.scene, case.class_axis)
    ignored = _ignored(elements, _OTHERS)
    if ignored is None or float(ignored.double().mean()) < _SHARE or int((~ignored).sum()) < _FEWEST:
        return
    if _is_made_up_for(elements, ignored):
        return
    stay = (_stay(elements, ignored, filled, kept) for filled, kept in _filled(elements, ignored))
    if next((found for found in stay if found is not None), False):
        share = float(ignored.double().mean())
        yield Finding(
            "LM501",
            f"{100 * share:.0f} % of the elements are ignored, but the mean is taken over all: the loss is "
            f"{1 - share:.2f} of what it should be, and less where more is padded.",
            {"ignored": share, "divided by": len(ignored), "that count": int((~ignored).sum())},
            "Divide by the number of elements that count: lm.CrossEntropy()(…, ignore_index=…) does, and mask=.",
        )


def _ignored(elements: Elements, others: int = 1) -> Tensor | None:
    """Which elements have no slope, here and at other predictions: some may only be right, or beyond a margin."""
    here = elements.scene.answer.slopes
    if here is None or not elements.shape or not bool(here.isfinite().all()):
        return None
    ignored = (elements.each(here) == 0).all(-1)
    generator = torch.Generator().manual_seed(6)
    for n in range(others if bool(ignored.any()) else 0):
        slopes = _slopes_elsewhere(elements.scene, _SIZES[n % len(_SIZES)], generator)
        if slopes is not None:
            ignored &= (elements.each(slopes) == 0).all(-1)
    return ignored


def _is_made_up_for(elements: Elements, ignored: Tensor) -> bool:
    """Whether what counts has weights that are 1 in the mean over all, as those by an inverse propensity are."""
    target = elements.scene.target
    for path, tensor in tensors_of(target).items():
        if tuple(tensor.shape) != elements.shape or path == elements.scene.target_path:
            continue
        counted = tensor.detach().double().reshape(-1)[~ignored]
        sums = [float(each.sum()) / len(ignored) for each in (counted, 1 / counted)]
        if float(counted.std()) > 0 and any(abs(each - 1) < _MADE_UP for each in sums):
            return True
    return False


def _slopes_elsewhere(scene: Scene, scale: float, generator: torch.Generator) -> Tensor | None:
    """With other numbers in all outputs, as distances are between several; in this one alone where that fails."""
    for places in (scene.places, [scene.path]):
        output = scene.output
        for path in places:
            tensor = tensors_of(scene.output)[path or ()]
            output = replaced(output, path or (), scale * torch.randn(tensor.shape, generator=generator).to(tensor))
        slopes = Scene(scene.loss, output, scene.target, path=scene.path).answer.slopes
        if slopes is not None:
            return slopes
    return None


def _filled(elements: Elements, ignored: Tensor) -> Iterator[tuple[Scene, Tensor]]:
    """The batch with more that counts, by element where the target says what does, else by row; and what was kept."""
    places, counted = torch.arange(len(ignored)), (~ignored).nonzero().squeeze(1)
    yield elements.taken(torch.where(ignored, counted[places % len(counted)], places)), ~ignored
    lost = ignored.reshape(elements.shape[0], -1).sum(1)
    full, rows = lost == lost.min(), torch.arange(len(lost))
    fullest = full.nonzero().squeeze(1)
    kept = full.repeat_interleave(len(ignored) // len(lost)) & ~ignored
    yield elements.rows_taken(torch.where(full, rows, fullest[rows % len(fullest)])), kept


def _stay(elements: Elements, ignored: Tensor, filled: Scene, kept: Tensor) -> bool | None:
    """Whether the slopes do, and not because the loss is a sum; None where no more elements count."""
    still = _ignored(Elements(filled, elements.axis))
    before, after = elements.scene.answer.slopes, filled.answer.slopes
    if still is None or before is None or after is None or before.shape != after.shape:
        return None
    grown = 1 - int((~ignored).sum()) / max(1, int((~still).sum()))
    if grown < _SHARE:
        return None
    old, new = (elements.each(slopes)[kept & ~still] for slopes in (before, after))
    if not len(old) or _move(old, new) > _MOVED * grown:
        return False
    after_filling, varying = Elements(filled, elements.axis), _varying(elements, ignored)
    return _is_mean(after_filling, (0,)) and (not varying or _is_mean(after_filling, varying))


def _move(old: Tensor, new: Tensor) -> float:
    """Of slopes, in parts of the largest."""
    return float((old - new).abs().max() / old.abs().max())


def _is_mean(elements: Elements, axes: tuple[int, ...]) -> bool:
    """Whether slopes get smaller as there are more elements along these axes, as those of a mean over all do."""
    before, twice = elements.scene.answer.slopes, elements.doubled(axes).answer.slopes
    if before is None or twice is None:
        return False
    once = twice[tuple(slice(size) for size in before.shape)]
    return _move(before, 2 ** len(axes) * once) < _DOUBLED


def _varying(elements: Elements, ignored: Tensor) -> tuple[int, ...]:
    """The axes of the elements, but that of the rows, along which not all are ignored alike."""
    whole = ignored.reshape(elements.shape)
    return tuple(axis for axis in range(1, whole.dim()) if bool((whole != whole.narrow(axis, 0, 1)).any()))


def grows_with_the_batch(case: Case) -> Iterator[Finding]:
    """A sum, of which twice the batch has twice as much."""
    if _is_sum(case):
        yield Finding(
            "LM503",
            "The loss is a sum: with twice the batch the gradient is twice as large, and the learning rate has to "
            "follow.",
            {"loss": case.scene.answer.value},
            'Write reduction="mean", or keep the batch size.',
        )


def _is_sum(case: Case) -> bool:
    of_twice = _of_twice_the_batch(case)
    return of_twice is not None and abs(of_twice - 2) < _DOUBLED


def _of_twice_the_batch(case: Case) -> float | None:
    """How many times larger the loss is of each row twice."""
    prediction, target, value = case.prediction, case.target, case.scene.answer.value
    if prediction is None or target is None or prediction.dim() == 0 or not value or value != value:
        return None
    t = target.tensor
    if t.dim() == 0 or len(t) != len(prediction) or len(t) < 2:
        return None
    twice = case.scene.value(torch.cat([prediction, prediction]), torch.cat([t, t]))
    return None if twice is None else twice / value


PROBES = (all_ignored, ignored_in_the_mean, grows_with_the_batch)
