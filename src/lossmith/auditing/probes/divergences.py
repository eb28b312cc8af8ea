"""Divergences between distributions: what they read, which comes first, what they are averaged over."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from lossmith.auditing.case import Case
from lossmith.auditing.coding import are_distributions
from lossmith.auditing.findings import Finding
from lossmith.auditing.outputs import tensors_of

_TEMPERATURES = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 20.0)  # by which both sides may be softened
_CLOSE = 1e-4  # of a divergence
_NEGATIVE = -1e-6  # what no divergence is, but for rounding
_ALONG = 1e-4  # of a right angle's cosine, from the slopes that theory expects
_NEARLY_ALL = 0.9  # of the rows
_AT_REST = 1e-2  # of the slopes where prediction and target differ


def not_logarithms(case: Case) -> Iterator[Finding]:
    """Probabilities, or scores, where their logarithms are expected."""
    head, axis = case.head, case.axis_of_distributions
    if head is None or axis is None:
        return
    value = case.scene.answer.value
    is_of_the_model = case.nature.is_affine and head.log_simplex_axis is None
    if not is_of_the_model and not _is_linear_in_its_own_softmax(case, axis):
        return
    is_of_probabilities = head.simplex_axis is not None or not is_of_the_model
    what = "probabilities" if is_of_probabilities else "raw scores"
    yield Finding(
        "LM401",
        f"The divergence takes log-probabilities, but it is given {what}: its value means nothing and may be negative.",
        {"loss": value, "least": head.low, "largest": head.high},
        "Write log_softmax, or lm.KLDivergence()(scores, target), which takes the raw scores.",
    )


def swapped(case: Case) -> Iterator[Finding]:
    """The prediction in the place of the target."""
    prediction, target, axis = case.prediction, case.target, case.axis_of_distributions
    value = case.scene.answer.value
    if prediction is None or target is None or axis is None or value is None:
        return
    if value >= _NEGATIVE:
        yield from _reversed(case, axis, value)
        return
    if case.nature.is_affine:  # it comes first, and is no logarithm
        return
    other = case.scene.value(target.tensor.to(prediction.dtype), prediction)
    is_distribution = case.head is not None and axis in (case.head.simplex_axis, case.head.log_simplex_axis)
    if (is_distribution and other is not None and other >= _NEGATIVE) or _takes_logarithms_of_logarithms(case):
        yield Finding(
            "LM402",
            "The divergence is negative or not a number, and it is a divergence with its arguments in the other order: "
            "they are swapped.",
            {"loss": value, "with arguments in order": other},
            "Write F.kl_div(log_prediction, target), or lm.KLDivergence()(scores, target): the prediction comes first.",
        )


def _takes_logarithms_of_logarithms(case: Case) -> bool:
    """Whether it is no number for any prediction and for targets that are all positive: it takes a softmax itself."""
    prediction, target = case.prediction, case.target
    if prediction is None or target is None or target.low < 0:
        return False
    targets = target.tensor.clamp_min(1e-3)
    values = [case.scene.value(p, targets) for p in (prediction, -prediction, 0 * prediction)]
    return all(v is not None and v != v for v in values)


def _reversed(case: Case, axis: int, value: float) -> Iterator[Finding]:
    """A divergence of the target from the prediction: one that seeks a mode, and is often a slip."""
    if _has_slopes_of(case, axis, is_reversed=True) and not _has_slopes_of(case, axis, is_reversed=False):
        yield Finding(
            "LM402",
            "The divergence is KL(prediction || target): it seeks one mode of the target, where KL(target || "
            "prediction), which cross-entropy minimises too, covers all.",
            {"loss": value},
            "Write F.kl_div(log_prediction, target), or lm.KLDivergence(); nothing where the reverse is meant.",
            is_mild=True,
        )


def _has_slopes_of(case: Case, axis: int, *, is_reversed: bool) -> bool:
    """Whether in nearly each row the slopes are those of a divergence, whatever weight a row has."""
    softened = [1.0] if case.nature.softmax_axis is None else _TEMPERATURES
    return any(_are_alike(_slopes_of_a_divergence(case, axis, is_reversed, each), axis) for each in softened)


def _are_alike(found: tuple[Tensor, Tensor] | None, axis: int) -> bool:
    if found is None:
        return False
    slopes, expected = found
    cosines = torch.nn.functional.cosine_similarity(slopes, expected, dim=axis)[slopes.abs().amax(axis) > 0]
    return len(cosines) > 0 and float((cosines > 1 - _ALONG).double().mean()) > _NEARLY_ALL


def _slopes_of_a_divergence(
    case: Case, axis: int, is_reversed: bool, temperature: float = 1.0
) -> tuple[Tensor, Tensor] | None:
    """The slopes by a prediction far from the target, and what theory expects of a divergence there."""
    prediction, target, head = case.prediction, case.target, case.head
    if prediction is None or target is None:
        return None
    scores = 2 * torch.randn(prediction.shape, generator=torch.Generator().manual_seed(9)).to(prediction)
    log_p = (scores / temperature).log_softmax(axis)
    p, log_t = log_p.exp(), _logarithms(target.tensor.detach().double(), temperature, axis)
    t, gap = log_t.exp(), log_p - log_t
    if case.nature.softmax_axis == axis:
        asked, expected = scores, p * (gap - (p * gap).sum(axis, keepdim=True)) if is_reversed else p - t
    elif head is not None and head.log_simplex_axis == axis:
        asked, expected = log_p, p * (gap + 1) if is_reversed else -t
    elif head is not None and head.simplex_axis == axis:
        asked, expected = p, gap + 1 if is_reversed else -t / p
    else:
        return None
    slopes = case.scene.ask(asked, slopes=True).slopes
    return None if slopes is None else (slopes.double(), expected.double())


def averaged_over_classes(case: Case) -> Iterator[Finding]:
    """The mean over all numbers where that over distributions is the divergence."""
    axis, prediction, value = case.axis_of_distributions, case.prediction, case.scene.answer.value
    if axis is None or prediction is None or value is None:
        return
    classes = int(prediction.shape[axis])
    for expected in _divergences(case, axis):
        if _off(value * classes, expected) < _CLOSE:
            yield _over_classes(classes, {"loss": value, "divergence of a distribution": expected})
            return
    whole = _weight_of_all_rows(case, axis)
    if whole is not None and _off(whole * classes, 1.0) < _CLOSE:
        yield _over_classes(classes, {"loss": value, "weight of all distributions": whole})
    elif _torch_warns(case):
        yield _over_classes(classes, {"loss": value})


def _weight_of_all_rows(case: Case, axis: int) -> float | None:
    """By how much the slopes are those of a divergence of a distribution, all rows together: 1 in a mean of them."""
    found = _slopes_of_a_divergence(case, axis, False)
    if found is None or not _are_alike(found, axis):
        return None
    slopes, expected = found
    return float(((slopes * expected).sum(axis) / expected.square().sum(axis)).sum())


def _torch_warns(case: Case) -> bool:
    """Whether kl_div itself says that its mean is no divergence; of one that has a weight, its size does not tell."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        case.scene.ask()
    return any("batchmean" in str(each.message) for each in said)


def _over_classes(classes: int, evidence: dict[str, float]) -> Finding:
    return Finding(
        "LM403",
        f"The divergence is averaged over its {classes} classes too, so it is {classes} times too small.",
        {**evidence, "classes": classes},
        'Write reduction="batchmean", or lm.KLDivergence(), whose mean is that over distributions.',
    )


def averaged_beside_labels(case: Case) -> Iterator[Finding]:
    """The same where labels have the rest of the weight, as in a distillation (Hinton, 2015)."""
    prediction, target, axis = case.prediction, case.target, case.class_axis
    if case.axis_of_distributions is None and prediction is not None and _torch_warns(case):
        yield _over_classes(case.classes or prediction.shape[-1], {})
        return
    if prediction is None or target is None or axis is None or case.classes is None or not target.is_integer:
        return
    if target.tensor.shape != prediction.select(axis, 0).shape or not 0 <= target.low <= target.high < case.classes:
        return
    for teacher in tensors_of(case.scene.target).values():
        if teacher.shape != prediction.shape:
            continue
        for temperature in _TEMPERATURES:
            of_teacher, of_labels = _shares(case, teacher.detach(), axis, temperature)
            whole = 1 - of_labels
            if 0 < whole < 1 and any(_off(of_teacher * case.classes, n * whole) < 1e-3 for n in (1, temperature**2)):
                yield _over_classes(case.classes, {"weight of the teacher": of_teacher, "of the labels": of_labels})
                return


def _shares(case: Case, teacher: Tensor, axis: int, temperature: float) -> tuple[float, float]:
    """With what weights the loss is the divergence from a teacher and the cross-entropy of labels; NaN if it is not."""
    prediction, target = case.prediction, case.target
    generator = torch.Generator().manual_seed(8)
    if prediction is None or target is None:
        return math.nan, math.nan
    moves = [torch.randn(prediction.shape, generator=generator).to(prediction) for _ in range(4)]
    values = [v for v in map(case.scene.value, moves) if v is not None]
    if len(values) < len(moves):
        return math.nan, math.nan
    parts = [
        [_divergence(move / temperature, teacher, temperature, axis), _cross_entropy(move, target.tensor, axis)]
        for move in moves
    ]
    found = np.linalg.lstsq(np.array(parts), np.array(values), rcond=None)[0]
    miss = np.abs(np.array(parts) @ found - values).max()
    return (float(found[0]), float(found[1])) if miss < _CLOSE * np.abs(values).max() else (math.nan, math.nan)


def _divergence(scores: Tensor, teacher: Tensor, temperature: float, axis: int) -> float:
    """Of a distribution, on average; the teacher's are probabilities, or scores that are softened too."""
    truths = _logarithms(teacher.double(), temperature, axis)
    return float((truths.exp() * (truths - scores.double().log_softmax(axis))).sum(axis).mean())


def _cross_entropy(scores: Tensor, labels: Tensor, axis: int) -> float:
    own = scores.double().log_softmax(axis).movedim(axis, -1).gather(-1, labels.long().unsqueeze(-1))
    return -float(own.mean())


def _off(value: float, expected: float) -> float:
    return abs(value - expected) / expected if expected > 1e-6 else math.inf


def _divergences(case: Case, axis: int) -> Iterator[float]:
    """The Kullback-Leibler divergence of a distribution, for each way in which prediction and target may give it."""
    prediction, target = case.prediction, case.target
    if prediction is None or target is None:
        return
    rows, scores = target.tensor.detach().double(), prediction.double()
    softened = [1.0] if case.nature.softmax_axis is None else _TEMPERATURES
    for temperature in softened:
        logarithms = (scores / temperature).log_softmax(axis)
        truths = _logarithms(rows, temperature, axis)
        divergence = float((truths.exp() * (truths - logarithms)).sum(axis).mean())
        yield divergence
        yield temperature**2 * divergence  # Hinton, 2015: as large as without


def _logarithms(rows: Tensor, temperature: float, axis: int) -> Tensor:
    """The logarithms of distributions that are given as they are, as logarithms, or as scores to be softened."""
    if are_distributions(rows, axis):
        return rows.clamp_min(1e-30).log()
    return rows if are_distributions(rows.exp(), axis) else (rows / temperature).log_softmax(axis)


def _is_linear_in_its_own_softmax(case: Case, axis: int) -> bool:
    """Whether the loss takes a softmax, is negative, and does not rest where prediction and target are the same."""
    value = case.scene.answer.value
    if case.nature.softmax_axis != axis or value is None or not value < 0:
        return False
    return _slope_at_rest(case, axis) > _AT_REST


def _slope_at_rest(case: Case, axis: int) -> float:
    """The largest slope where prediction and target are the same, in parts of that where they are not."""
    prediction, target, here = case.prediction, case.target, case.scene.answer.slopes
    if target is None or prediction is None or here is None:
        return 0.0
    rows = target.tensor
    same = rows.clamp_min(1e-30).log() if are_distributions(rows, axis) else rows
    slopes = case.scene.ask(same.to(prediction.dtype), slopes=True).slopes
    return 0.0 if slopes is None else float(slopes.abs().max()) / max(float(here.abs().max()), 1e-300)


PROBES = (not_logarithms, swapped, averaged_over_classes, averaged_beside_labels)
