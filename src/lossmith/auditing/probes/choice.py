"""Whether the loss goes with this target at all."""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch

from lossmith.auditing.case import Case
from lossmith.auditing.coding import Target
from lossmith.auditing.findings import Finding

_RARE = 0.015  # of the labels
_WEIGHED = 2.0  # times what another counts: a rare class that has a weight
_SKEWED = 1.5
_EVEN = 0.25  # of the most frequent value's count: labels are, counts are not
_DISPERSED = 0.5  # of the mean: the variance of counts
_SAME = 1e-3  # of a ratio of two losses
_FEWEST = 32


def regression_of_labels(case: Case) -> Iterator[Finding]:
    """Distances between class labels."""
    target = case.target
    is_residual = case.nature.is_residual or case.nature.is_residual_of_a_column
    if target is None or not is_residual or not target.looks_like_labels or _is_column_of_classes(case):
        return
    labels = len(target.values)
    if labels >= 3 and _is_even(target) and target.numbers.numel() >= _FEWEST:
        yield Finding(
            "LM701",
            f"The target holds {labels} labels, each about as often as the others, and the loss measures distances "
            "between them: class 0 is taken to be farther from class 2 than from class 1.",
            {"labels": labels},
            f"Give the head {labels} outputs and use lm.CrossEntropy(); lm.CumulativeLink() where the order matters.",
        )


def labels_of_amounts(case: Case) -> Iterator[Finding]:
    """A loss of classes on a continuous target."""
    target, nature = case.target, case.nature
    if target is None or not target.is_continuous or nature.is_residual or target.missing:
        return
    here = case.scene.answer.value
    reads_whole = here is not None and here == case.scene.value(target=target.tensor.trunc())
    is_one_a_target = case.prediction is not None and case.prediction.numel() == target.tensor.numel()
    reads_labels = is_one_a_target and (nature.is_margin or nature.is_logistic or nature.is_logarithmic)
    beyond = target.low < -1 or target.high > 1 if nature.is_margin else target.low < 0 or target.high > 1
    if (reads_whole and case.scene.value(target=target.tensor.flip(0)) != here) or (reads_labels and beyond):
        yield Finding(
            "LM702",
            f"The target is continuous ({target.low:.3g} to {target.high:.3g}), but the loss reads labels.",
            {"least": target.low, "largest": target.high, "different values": f"more than {len(target.values) - 1}"},
            "Use a loss of amounts: lm.Huber() or lm.MSE().",
        )


def squared_counts(case: Case) -> Iterator[Finding]:
    """Counts, whose spread grows with their size."""
    target = case.target
    if target is None or not case.nature.is_squared_in_the_target or not target.is_whole:
        return
    if target.low != 0 or _is_column_of_classes(case) or target.numbers.numel() < _FEWEST or len(target.values) < 4:
        return
    mean, variance = float(target.numbers.mean()), float(target.numbers.var())
    if not _is_even(target) and variance / mean > _DISPERSED:
        yield Finding(
            "LM703",
            f"The target counts (0 to {target.high:g}, mean {mean:.3g}, variance {variance:.3g}), and a squared error "
            "lets the large counts decide; a prediction may even be negative.",
            {"mean": mean, "variance": variance},
            "Use lm.Poisson() on the raw score, whose exponential is the mean.",
        )


def squared_skew(case: Case) -> Iterator[Finding]:
    """Amounts that are positive and mostly small."""
    target = case.target
    if target is None or not case.nature.is_squared_in_the_target or target.low <= 0:
        return
    if target.is_whole or target.numbers.numel() < _FEWEST:
        return
    skew, of_logarithms = _skew(target.numbers), _skew(target.numbers.log())
    if skew > _SKEWED and abs(of_logarithms) < skew / 2:
        yield Finding(
            "LM704",
            f"The target is positive and strongly skewed (skewness {skew:.1f}, of its logarithm {of_logarithms:.1f}): "
            "under a squared error a few large ones decide.",
            {"skewness": skew, "of the logarithm": of_logarithms},
            "Use lm.Gamma(), or a squared error of the logarithm: lm.MSLE().",
        )


def rare_class(case: Case) -> Iterator[Finding]:
    """A class of which there are next to none, in a mean where each element counts alike."""
    target, nature, prediction = case.target, case.nature, case.prediction
    reads_labels = nature.applies_a_link or nature.is_logarithmic
    if target is None or prediction is None or not reads_labels or not target.is_whole:
        return
    if target.missing or len(target.numbers) < _FEWEST:
        return
    undecided = torch.full_like(prediction, 0.5 if nature.is_logarithmic else 0.0)
    slopes = case.scene.ask(undecided, slopes=True).slopes
    if slopes is None or _elements(slopes, case).numel() != len(target.numbers):
        return
    sizes, labels = _elements(slopes, case).reshape(-1), target.tensor.reshape(-1)
    sizes, labels = sizes[(labels >= 0) & (sizes > 0)], labels[(labels >= 0) & (sizes > 0)]  # the others are ignored
    values, counts = labels.unique(return_counts=True)
    if not 2 <= len(values) <= 1 / (4 * _RARE) or len(labels) < _FEWEST:
        return
    share, rarest = _rarest(labels), values[counts.argmin()]
    if share > _RARE:
        return
    weight = _weight(sizes, labels == rarest)
    if weight < _WEIGHED and not _is_even_handed(slopes, case, int(rarest)):
        yield Finding(
            "LM705",
            f"Only {100 * share:.1f} % of the labels are {float(rarest):g}, and each counts as much "
            "as any other: to say no always is nearly the best there is.",
            {"share": share, "weight of a rare one": weight},
            "Write class_weight=, pos_weight= or lm.BinaryFocal(), and judge by recall.",
        )


def _rarest(labels: torch.Tensor) -> float:
    return float(labels.unique(return_counts=True)[1].min()) / labels.numel()


def _weight(sizes: torch.Tensor, rare: torch.Tensor) -> float:
    return float(sizes[rare].mean() / sizes[~rare].mean())


def _is_even_handed(slopes: torch.Tensor, case: Case, rare: int) -> bool:
    """Whether the rare class is drawn up as much as down where nothing is known, as with its prior in the loss."""
    axis = case.class_axis if case.nature.softmax_axis is not None else None
    drawn = slopes if axis is None else slopes.select(axis, rare)
    return abs(float(drawn.sum())) < _EVEN * float(drawn.abs().sum())


def squared_after_softmax(case: Case) -> Iterator[Finding]:
    """Squared differences of probabilities, after the model's softmax or the loss's own."""
    head, target = case.head, case.target
    if head is None or target is None:
        return
    of_model = head.simplex_axis is not None and head.is_stretched and case.nature.is_residual
    if (of_model and case.nature.is_squared and target.is_one_hot) or _is_squared_of_its_own_softmax(case):
        yield Finding(
            "LM706",
            "A squared error is taken of probabilities: where the model is sure and wrong, the softmax lets no "
            "gradient through.",
            {"loss": case.scene.answer.value, "slope where sure and wrong": 0.0},
            "Use lm.CrossEntropy() on the raw scores; lm.Brier() with ignore=['LM706'] if the squared error is meant.",
        )


def _is_squared_of_its_own_softmax(case: Case) -> bool:
    return _off_the_squares(case) < _SAME


def _off_the_squares(case: Case) -> float:
    """Sure and wrong, the squares of all classes sum to 2; all alike, to 1 − 1/C: how far the ratio is from that.

    Both over what sure and right ones lose, which is what else there may be in the loss.
    """
    prediction, target, axis = case.prediction, case.target, case.nature.softmax_axis
    if prediction is None or target is None or axis is None or case.classes is None:
        return math.inf
    labels = target.tensor if target.is_integer else target.tensor.argmax(axis) if target.is_one_hot else None
    if labels is None or labels.shape != prediction.select(axis, 0).shape or target.low < 0:
        return math.inf
    sure = [
        60.0 * torch.nn.functional.one_hot((labels.long() + n) % case.classes, case.classes).movedim(-1, axis)
        for n in (0, 1)
    ]
    right, wrong, alike = (case.scene.value(p.to(prediction)) for p in (*sure, torch.zeros_like(prediction)))
    if right is None or wrong is None or alike is None or alike == right:
        return math.inf
    return abs((wrong - right) / (alike - right) - 2 / (1 - 1 / case.classes))


def _is_column_of_classes(case: Case) -> bool:
    """Whether 0 and 1 are rows of classes rather than amounts."""
    return case.target is not None and (case.target.is_binary or case.target.is_one_hot)


def _is_even(target: Target) -> bool:
    """Whether each value is about as frequent as the others."""
    return _evenness(target.numbers) > _EVEN


def _evenness(numbers: torch.Tensor) -> float:
    _, counts = numbers.unique(return_counts=True)
    return float(counts.min()) / float(counts.max())


def _skew(numbers: torch.Tensor) -> float:
    centred = numbers - numbers.mean()
    return float((centred**3).mean() / centred.square().mean() ** 1.5)


def _elements(slopes: torch.Tensor, case: Case) -> torch.Tensor:
    return slopes.abs().sum(case.class_axis) if case.nature.softmax_axis is not None else slopes.abs()


PROBES = (regression_of_labels, labels_of_amounts, squared_counts, squared_skew, rare_class, squared_after_softmax)
