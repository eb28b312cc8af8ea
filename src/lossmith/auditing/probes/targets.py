"""How the target is coded, and what the loss makes of it."""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from torch import Tensor

from lossmith.auditing.case import Case
from lossmith.auditing.coding import SUM_MISS, Target
from lossmith.auditing.findings import Finding

_FEWEST = 16  # targets, for their values to say how they are coded
_UNLIKELY = 1e-3  # that so many labels leave the upper half of the classes out
_UNSEEN = 0.1  # of the labels to come, to be of a class that the batch does not show
_FEW = 8  # values of labels that are no whole numbers
_STILL = 1e-5  # of the loss, by which it is another
_NEAR = 0.2  # of what a quarter of a label changes, that a hundredth may
_STRAIGHT = 1e-3  # of a step, and the next
_FALLING = 0.2  # of the fall, between a step and one twice as long
_WEIGHED = 2.0  # times what another counts
_STEEPER = 5.0  # times as in the middle

_REPAIRS = {
    "LM201": (
        "The labels run from 1 to {classes}, but {classes} outputs are numbered from 0: the largest label has none.",
        "Write target - 1.",
    ),
    "LM202": (
        "The labels run from {low:g} to {high:g}, but there are {classes} outputs, numbered from 0.",
        "Pass ignore_index= for a label that means none, or give the head an output for each label.",
    ),
    "LM204": ("The loss takes indices of classes, but the labels are floats.", "Write target.long()."),
    "LM206": ("The loss reads labels from 0 to 1, but they run from {low:g} to {high:g}.", "Write (target + 1) / 2."),
    "LM207": ("The loss reads labels from 0 to 1, but they go up to {high:g}.", "Write target / {high:g}."),
    "LM210": ("The rows of the target do not sum to 1.", "Write target / target.sum(dim=1, keepdim=True)."),
    "LM211": (
        "Rows of the target hold several ones, but a softmax gives one class at a time.",
        "Use lm.BinaryCrossEntropy() (nn.BCEWithLogitsLoss), which asks of each class by itself.",
    ),
    "LM208": ("The loss takes indices of classes, but the target holds one-hot rows.", "Write target.argmax(dim=1)."),
    "LM209": (
        "The loss takes a row of {classes} numbers a sample, but the target holds indices of classes.",
        "Use lm.CrossEntropy() (nn.CrossEntropyLoss), or write torch.nn.functional.one_hot(target, {classes}).float().",
    ),
}


def refused(case: Case) -> Iterator[Finding]:
    """A target on which the loss raises, and that it takes after one change."""
    repair, target = case.repaired, case.target
    if repair is None or target is None or repair.code not in _REPAIRS:
        return
    message, fix = _REPAIRS[repair.code]
    classes = case.prediction.shape[1] if case.prediction is not None and case.prediction.dim() > 1 else 0
    known = {"low": target.low, "high": target.high, "classes": classes}
    evidence = {"dtype": str(target.tensor.dtype), "shape": list(target.tensor.shape), **known}
    yield Finding(repair.code, message.format(**known), evidence, fix.format(**known))


def no_class(case: Case) -> Iterator[Finding]:
    """A negative label that the loss takes for a class, counted from the end."""
    target, slopes, axis = case.target, case.scene.answer.slopes, case.class_axis
    if target is None or slopes is None or axis is None or not target.is_integer or target.low >= 0:
        return
    negative, moved = target.tensor < 0, (slopes != 0).any(axis)
    if moved.shape != negative.shape or not bool(moved[negative].any()) or target.low < -slopes.shape[axis]:
        return
    if (
        case.scene.value(target=torch.where(negative, target.tensor + slopes.shape[axis], target.tensor))
        == case.scene.answer.value
    ):
        yield Finding(
            "LM202",
            f"{int(negative.sum())} labels are negative, down to {target.low:g}, and the loss takes them for classes "
            "counted from the end.",
            {"negative": int(negative.sum()), "least": target.low},
            "Leave them out before the loss, or pass ignore_index= to lm.CrossEntropy().",
        )


def numbers_for_rows(case: Case) -> Iterator[Finding]:
    """Numbers of classes by which whole rows are multiplied."""
    target, slopes, axis = case.target, case.scene.answer.slopes, case.nature.softmax_axis
    if target is None or slopes is None or axis is None or target.is_integer or not target.looks_like_labels:
        return
    labels = target.tensor.squeeze(axis) if target.tensor.dim() == slopes.dim() else target.tensor
    moved = (slopes != 0).any(axis)
    if len(target.values) < 3 or moved.shape != labels.shape:
        return
    if not bool(moved[labels == 0].any()) and bool(moved[labels > 0].all()):
        message, fix = _REPAIRS["LM209"]
        known = {"classes": slopes.shape[axis]}
        evidence = {"shape": list(target.tensor.shape), "labels 0 without slope": int((labels == 0).sum())}
        yield Finding("LM209", message.format(**known), evidence, fix.format(**known))


def numbers_of_classes(case: Case) -> Iterator[Finding]:
    """Labels by whose size the loss goes, though there is an output for each: between two labels it has a value."""
    target, prediction, here = case.target, case.prediction, case.scene.answer.value
    if target is None or prediction is None or here is None or not target.is_integer or not target.looks_like_labels:
        return
    outputs = prediction.shape[1] if prediction.dim() > 1 else 0
    if len(target.values) < 3 or not target.high < outputs <= 2 * (target.high + 1):
        return
    t = target.tensor.to(prediction.dtype)
    same, near, between = (case.scene.value(target=t + step) for step in (0.0, 0.01, 0.25))
    if same is None or near is None or between is None or abs(same - here) > _STILL * abs(here):
        return
    if abs(between - here) > _STILL * abs(here) and abs(near - here) < _NEAR * abs(between - here):
        message, fix = _REPAIRS["LM209"]
        known = {"classes": outputs}
        evidence = {"loss": here, "of labels and a quarter": between}
        yield Finding("LM209", message.format(**known), evidence, fix.format(**known))


def rows_for_numbers(case: Case) -> Iterator[Finding]:
    """One-hot rows whose zeros and ones are taken for the numbers of the first two classes."""
    target, slopes, axis = case.target, case.scene.answer.slopes, case.nature.softmax_axis
    if target is None or slopes is None or axis is None or not target.is_one_hot or slopes.shape[axis] < 3:
        return
    pulled = (slopes < 0).movedim(axis, 0).flatten(1).any(1)
    if target.tensor.shape == slopes.shape and bool(pulled[:2].all()) and not bool(pulled[2:].any()):
        message, fix = _REPAIRS["LM208"]
        yield Finding("LM208", message, {"classes with a pull": 2, "of": slopes.shape[axis]}, fix)


def more_outputs_than_classes(case: Case) -> Iterator[Finding]:
    """Outputs for which there is no label."""
    target, classes = case.target, case.classes
    if target is None or classes is None or not target.is_integer or case.nature.softmax_axis is None:
        return
    if case.prediction is None or target.tensor.shape != case.prediction.select(case.nature.softmax_axis, 0).shape:
        return
    used, labels = int(target.high) + 1, target.numbers.numel()
    is_left_out = target.low >= 0 and classes >= 2 * used
    if is_left_out and (used / classes) ** labels < _UNLIKELY and _unseen(target) <= _UNSEEN:
        yield Finding(
            "LM203",
            f"The model has {classes} outputs, but the {labels} labels of the batch go up to {used - 1} only.",
            {"outputs": classes, "largest label": used - 1, "labels": labels},
            f"Give the head {used} outputs, or check that labels are not lost on the way.",
        )


def _unseen(target: Target) -> float:
    """The share of labels to come that are of no class in the batch: as many as were seen once (Good, 1953)."""
    _, counts = target.numbers.unique(return_counts=True)
    return float((counts == 1).sum()) / target.numbers.numel()


def zeros_without_slope(case: Case) -> Iterator[Finding]:
    """0 and 1 where the loss reads the signs −1 and 1."""
    target, prediction = case.target, case.prediction
    if target is None or prediction is None or set(target.values) != {0.0, 1.0} or target.is_one_hot:
        return
    nature = case.nature
    if nature.is_affine or nature.is_logarithmic or nature.softmax_axis is not None or nature.is_residual:
        return
    if target.tensor.shape != prediction.shape[: target.tensor.dim()]:
        return
    zeros = target.tensor == 0
    at = [case.scene.ask(torch.full_like(prediction, x), slopes=True).slopes for x in (-0.5, 0.5)]
    signs = torch.where(zeros, -1, target.tensor)
    signed = case.scene.ask(prediction, signs, slopes=True).slopes
    at.append(case.scene.answer.slopes)
    if any(s is None for s in at) or signed is None:
        return
    is_blind = all(s is not None and bool((s[zeros] == 0).all()) for s in at)
    is_blind = is_blind and any(s is not None and bool((s[~zeros] != 0).any()) for s in at)
    if is_blind and bool((signed[zeros] != 0).any()):
        yield Finding(
            "LM205",
            "The loss reads labels -1 and 1, but they are 0 and 1: an element of label 0 has no gradient at all.",
            {"labels 0": int(zeros.sum()), "largest slope there": 0.0},
            "Write 2 * target - 1.",
        )


def beyond_zero_and_one(case: Case) -> Iterator[Finding]:
    """Labels outside 0 to 1 in a loss of probabilities."""
    target, nature = case.target, case.nature
    if case.prediction is None or target is None or target.is_continuous:
        return
    if nature.is_margin or nature.is_residual or nature.is_affine:
        return
    if (target.low >= 0 and target.high <= 1) or target.tensor.numel() != case.prediction.numel():
        return
    if not (_falls_at_the_end(case, target) if nature.is_logarithmic else _falls_without_end(case, target)):
        return
    evidence = {"least": target.low, "largest": target.high, "loss": case.scene.answer.value}
    if not target.is_whole and len(target.values) <= _FEW:
        yield Finding(
            "LM214",
            f"The loss reads labels from 0 to 1, but the target has {len(target.values)} values from {target.low:.3g} "
            f"to {target.high:.3g}: labels that were scaled with the features.",
            evidence,
            "Leave the label out of the scaler, or write (target > target.mean()).float().",
        )
    elif target.low < 0:
        yield Finding(
            "LM206",
            f"The loss reads labels from 0 to 1, but they run from {target.low:g} to {target.high:g}: it falls without "
            "end.",
            evidence,
            "Write (target + 1) / 2, or use lm.LogisticMargin() for labels -1 and 1.",
        )
    else:
        yield Finding(
            "LM207",
            f"The loss reads labels from 0 to 1, but they go up to {target.high:g}: it falls without end.",
            evidence,
            f"Write target / {target.high:g} for a mask of bytes, or (target > 0).float().",
        )


def _falls_without_end(case: Case, target: Target) -> bool:
    """Whether scores that are ever surer of the labels take the loss below 0, in a straight line."""
    sure = torch.where(target.tensor > 0.5, 1.0, -1.0).reshape(case.shape)
    near, far, farther = (case.scene.value(size * sure) for size in (15.0, 30.0, 60.0))
    if near is None or far is None or farther is None or not (farther < far < near and farther < 0):
        return False
    return _bend(near, far, farther) < _FALLING


def _bend(near: float, far: float, farther: float) -> float:
    """How far a fall is from twice that over half the way, in parts of it."""
    return abs((far - farther) - 2 * (near - far)) / (far - farther)


def _falls_at_the_end(case: Case, target: Target) -> bool:
    """The same of probabilities: near 1 the loss of a larger label falls ever faster, of a negative near 0."""
    slopes = {x: case.scene.ask(torch.full(case.shape, x), slopes=True).slopes for x in (1e-4, 0.5, 1 - 1e-4)}
    middle, low, high = slopes[0.5], slopes[1e-4], slopes[1 - 1e-4]
    if middle is None or low is None or high is None:
        return False
    t = target.tensor.reshape(case.shape)
    falls = torch.where(t > 1, -high, torch.where(t < 0, low, torch.inf))
    return bool((falls > _STEEPER * middle.abs()).all())


def not_a_distribution(case: Case) -> Iterator[Finding]:
    """Rows of targets that a softmax cannot reach."""
    target, axis = case.target, case.nature.softmax_axis
    if target is None or axis is None or target.is_integer or target.tensor.shape != case.shape:
        return
    sums = target.tensor.detach().double().sum(axis)
    if (target.low >= 0 and bool(((sums - 1).abs() < SUM_MISS).all())) or not _is_linear_in_the_target(case, target):
        return
    evidence = {"rows sum to": [float(sums.min()), float(sums.max())]}
    if target.is_multi_hot:
        yield Finding(
            "LM211",
            f"Rows of the target hold up to {int(sums.max())} ones, but a softmax gives one class at a time: the "
            "classes compete for a probability of 1.",
            evidence,
            "Use lm.BinaryCrossEntropy() (nn.BCEWithLogitsLoss), which asks of each class by itself.",
        )
    elif target.low < 0 and target.is_continuous:
        yield Finding(
            "LM702",
            f"The target is continuous ({target.low:.3g} to {target.high:.3g}), but the loss takes its rows for "
            "distributions over classes.",
            evidence,
            "Use a loss of amounts: lm.Huber() or lm.MSE().",
        )
    else:
        yield Finding(
            "LM210",
            f"Rows of the target sum to {float(sums.min()):.3g} to {float(sums.max()):.3g}, not to 1: they are no "
            "distributions.",
            evidence,
            f"Write target / target.sum(dim={axis}, keepdim=True).",
        )


def _is_linear_in_the_target(case: Case, target: Target) -> bool:
    """As a cross-entropy is; a loss that takes a softmax of the target, too, is not."""
    return _off_a_line(case, target) <= _STRAIGHT


def _off_a_line(case: Case, target: Target) -> float:
    none, once, twice = (case.scene.value(target=factor * target.tensor) for factor in (0, 1, 2))
    if none is None or once is None or twice is None or none == once or not math.isfinite(twice - none):
        return math.inf
    return abs((twice - once) - (once - none)) / abs(once - none)


def exclusive_classes(case: Case) -> Iterator[Finding]:
    """One class a row, asked as independent questions."""
    target, prediction = case.target, case.prediction
    if target is None or prediction is None or not case.nature.is_logistic or not target.is_one_hot:
        return
    if prediction.dim() == 2 and prediction.shape[1] >= 3 and len(prediction) >= _FEWEST:
        if _are_pairs(target) or _is_weighed(case, target, prediction):
            return
        yield Finding(
            "LM212",
            f"Each of the {len(prediction)} rows has exactly one of {prediction.shape[1]} classes, but the loss asks "
            "of each class by itself: probabilities need not sum to 1, and the many zeros drown the one.",
            {"rows": len(prediction), "classes": int(prediction.shape[1])},
            "Use lm.CrossEntropy() (nn.CrossEntropyLoss), which lets the classes compete.",
        )


def _are_pairs(target: Target) -> bool:
    """Whether each column has exactly one, too: which row belongs to which column, as of pictures and their texts."""
    return len(target.tensor) == target.tensor.shape[1] and bool((target.tensor.sum(0) == 1).all())


def _is_weighed(case: Case, target: Target, prediction: Tensor) -> bool:
    """Whether the one counts more than each of the others, as somebody wrote who wants to ask of each by itself."""
    slopes = case.scene.ask(torch.zeros_like(prediction), slopes=True).slopes
    if slopes is None or slopes.shape != target.tensor.shape:
        return False
    ones = target.tensor == 1
    return float(slopes[ones].abs().mean()) > _WEIGHED * float(slopes[~ones].abs().mean())


PROBES = (
    refused,
    no_class,
    numbers_for_rows,
    numbers_of_classes,
    rows_for_numbers,
    more_outputs_than_classes,
    zeros_without_slope,
    beyond_zero_and_one,
    not_a_distribution,
    exclusive_classes,
)
