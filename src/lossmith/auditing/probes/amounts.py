"""Targets whose numbers tell that something went wrong before: not scaled, scaled twice, constant, missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from torch import Tensor

from lossmith.auditing.case import Case
from lossmith.auditing.coding import Target
from lossmith.auditing.findings import Finding
from lossmith.auditing.outputs import tensors_of

_FEWEST = 16  # targets, for their values to say how they are coded
_FAR = 20.0  # times as large as the predictions
_NEARER = 0.5  # of the loss, that is gone where the prediction is the target
_FLAT = 1e-4  # of its mean, that a target varies by
_ASIDE = 1.0  # times as far from all others as these are from each other


def unscaled(case: Case) -> Iterator[Finding]:
    """Targets far from anything that a fresh model says."""
    target, prediction = case.target, case.prediction
    if target is None or prediction is None or not case.nature.is_residual or target.looks_like_labels:
        return
    size, said = _size(target.numbers), _size(prediction.double())
    if _beyond(size, said) > _FAR and _is_right_at_the_target(case, target):
        yield Finding(
            "LM213",
            f"Targets are of the size of {size:.3g}, predictions of {said:.3g}: the first gradients are as large as "
            "the distance, and the bias alone takes many steps to get there.",
            {"size of the targets": size, "size of the predictions": said, "loss": case.scene.answer.value},
            f"Standardise: (target - {float(target.numbers.mean()):.4g}) / {float(target.numbers.std()):.4g}.",
        )


def _is_right_at_the_target(case: Case, target: Target) -> bool:
    """Whether it is the target that is to be predicted, and not its distance from a number that the loss knows."""
    prediction, here = case.prediction, case.scene.answer.value
    if prediction is None or here is None or target.tensor.numel() != prediction.numel():
        return True
    there = case.scene.value(target.tensor.reshape(prediction.shape).to(prediction))
    return there is None or there < here - _NEARER * abs(here)


def _size(numbers: Tensor) -> float:
    return float(numbers.square().mean().sqrt())


def _beyond(size: float, said: float) -> float:
    """How many times larger targets are than predictions, of which a fresh model's may be near 0."""
    return size / (1 + said)


def scaled_labels(case: Case) -> Iterator[Finding]:
    """Labels that were divided by a number, as pixels are."""
    target = case.target
    if target is None or target.step is None or target.numbers.numel() < 4 * len(target.values):
        return
    if case.nature.softmax_axis is not None and target.tensor.shape == case.shape:
        return
    is_a_mask = target.step < 1 / 64
    is_of_labels = len(target.values) > 2 or case.nature.is_logistic or case.nature.is_logarithmic
    is_a_column = target.numbers.numel() == len(target.tensor) and is_of_labels
    is_taken_as_labels = case.repaired is not None and case.repaired.code == "LM214"
    if is_a_mask or is_a_column or is_taken_as_labels:
        parts = round(1 / target.step)
        yield Finding(
            "LM214",
            f"The target has {len(target.values)} values, all multiples of 1/{parts}: labels that were scaled as if "
            "they were pixels.",
            {"values": len(target.values), "step": target.step},
            f"Write (target * {parts}).round().long(), and a loss of classes.",
        )


def hardly_varies(case: Case) -> Iterator[Finding]:
    """A target of one value."""
    target = case.target
    if target is None or target.numbers.numel() < _FEWEST or target.missing:
        return
    is_label = target.is_integer and case.classes is not None
    if is_label and len(target.values) == 1 and target.low >= 0:
        yield _constant(target, f"All labels are {target.low:g}")
    elif len(target.values) == 1 and target.is_binary and case.nature.is_logistic:
        yield replace(_constant(target, f"All labels are {target.low:g}"), is_mild=True)  # a generator's are, too
    elif not is_label and (not set(target.values) <= {-1.0, 0.0, 1.0} or (target.values == [0.0] and _is_amount(case))):
        spread, mean = float(target.numbers.std()), float(target.numbers.mean())
        if _variation(target.numbers) <= _FLAT:
            yield _constant(target, f"The target varies by {spread:.2g} around {mean:.4g}")


def _variation(numbers: Tensor) -> float:
    spread, mean = float(numbers.std()), abs(float(numbers.mean()))
    return 0.0 if spread == 0 else spread / max(mean, 1e-300)


def _is_amount(case: Case) -> bool:
    """A residual of one tensor; of several, as of a differential equation, 0 is what they shall come to."""
    return case.nature.is_residual and len(case.scene.places) == 1


def _constant(target: Target, what: str) -> Finding:
    return Finding(
        "LM215",
        f"{what}: there is nothing to learn but a constant.",
        {"values": len(target.values), "spread": float(target.numbers.std())},
        "Check how the target is read, and that the batch is shuffled.",
    )


def missing_as_number(case: Case) -> Iterator[Finding]:
    """One number far from all others, again and again."""
    target = case.target
    if target is None or target.is_integer or target.numbers.numel() < _FEWEST or len(target.values) < _FEWEST:
        return
    values, counts = target.numbers.unique(return_counts=True)
    for end, inside in ((0, slice(1, None)), (-1, slice(None, -1))):
        rest = values[inside]
        if int(counts[end]) >= 2 and _aside(values[end], rest) > _ASIDE and _has_slopes(case, float(values[end])):
            yield Finding(
                "LM216",
                f"{int(counts[end])} of {target.tensor.numel()} targets are {float(values[end]):g}, and all others lie "
                f"from {float(rest.min()):.3g} to {float(rest.max()):.3g}: a number that stands for a missing one.",
                {"missing": int(counts[end]), "of": target.tensor.numel(), "number": float(values[end])},
                "Select before the loss: present = target != number; loss(prediction[present], target[present]).",
            )


def _aside(number: Tensor, rest: Tensor) -> float:
    """How far a number lies from all others, in parts of their range."""
    return float((number - rest).abs().min() / (rest.max() - rest.min()))


def _has_slopes(case: Case, number: float) -> bool:
    """Whether the loss reads the targets that are this number, and does not leave them out."""
    slopes, target = case.scene.answer.slopes, case.target
    if slopes is None or target is None or slopes.numel() != target.tensor.numel():
        return True
    return bool((slopes.reshape(-1)[target.tensor.reshape(-1) == number] != 0).any())


def missing(case: Case) -> Iterator[Finding]:
    """NaN or infinity among the targets, and in the loss."""
    if not case.missing or case.scene.answer.raw is None or case.scene.answer.is_finite:
        return
    targets = sum(t.numel() for t in tensors_of(case.scene.target).values())
    yield Finding(
        "LM216",
        f"{case.missing} of {targets} targets are NaN or infinite, and so is the loss.",
        {"missing": case.missing, "of": targets},
        "Select before the loss: present = target.isfinite(); loss(prediction[present], target[present]).",
    )


PROBES = (unscaled, scaled_labels, hardly_varies, missing_as_number, missing)
