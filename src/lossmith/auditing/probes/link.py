"""What the loss expects of a prediction, and what it is given."""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch

from lossmith.auditing.case import Case
from lossmith.auditing.coding import Target, are_distributions
from lossmith.auditing.findings import Finding
from lossmith.auditing.head import Head, feature_axis, is_blind_to_its_features

_OUT_OF_REACH = 0.05  # of the targets: single ones may lie outside by their noise
_FEWEST = 32  # predictions between 0 and 1, where no model could be stretched


def softmax_over_one(case: Case) -> Iterator[Finding]:
    """A softmax of one number is 1."""
    head = case.head
    if head is None or not head.is_constant or head.low not in (0.0, 1.0) or not head.is_stretched:
        return
    yield Finding(
        "LM108",
        f"Every prediction is {head.low:g}, whatever the parameters are: a softmax runs over a single unit, so no "
        "gradient reaches the model.",
        {"predictions": head.low, "shape": list(case.shape)},
        "Leave the softmax out and use lm.BinaryCrossEntropy() (nn.BCEWithLogitsLoss) on the raw score.",
    )


def single_logit(case: Case) -> Iterator[Finding]:
    """Cross-entropy with one class is 0."""
    prediction, target, answer = case.prediction, case.target, case.scene.answer
    if prediction is None or target is None or prediction.dim() < 2 or prediction.shape[1] != 1:
        return
    is_labels = target.is_integer and target.tensor.dim() == prediction.dim() - 1
    raises_by_label = is_labels and answer.error is not None and target.is_binary
    is_blind = answer.is_finite and case.nature.is_constant and answer.value == 0
    if raises_by_label or is_blind or (is_labels and answer.is_finite and _sees_nothing(case)):
        yield Finding(
            "LM109",
            "Cross-entropy is given one score an element: a softmax over one class is 1, so the loss is 0 and cannot "
            "be lowered.",
            {"shape": list(case.shape), "loss": case.scene.answer.value},
            "Use lm.BinaryCrossEntropy()(prediction.squeeze(1), target) for two classes, or give the head an output "
            "for each class.",
        )


def wrong_axis(case: Case) -> Iterator[Finding]:
    """A softmax along another axis than that of the classes."""
    head, axis = case.head, case.class_axis
    if head is None or axis is None:
        return
    found = head.simplex_axis if head.simplex_axis is not None else head.log_simplex_axis
    last = len(case.shape) - 1
    if found == axis != last and case.shape[axis] == case.shape[last] and is_blind_to_its_features(case.scene, axis):
        yield _mixed(case, last, axis)
    if found is None or found == axis:
        return
    if case.shape[found] == case.shape[axis] and feature_axis(case.scene, (found, axis)) == found:
        yield _mixed(case, found, axis)  # the model has it right
        return
    yield Finding(
        "LM107",
        f"The predictions sum to 1 along axis {found}, but the classes lie on axis {axis}: the softmax runs over the "
        "wrong axis.",
        {"sum along": found, "classes along": axis, "shape": list(case.shape)},
        f"Write softmax(dim={axis}), or leave it out where the loss applies its own.",
    )


def softmax_of_the_batch(case: Case) -> Iterator[Finding]:
    """All numbers of the batch, or a column of it, as one distribution."""
    head = case.head
    if head is None or len(case.shape) < 2 or case.shape[1] in (1, case.shape[0]):
        return
    is_of_columns = case.class_axis is None and 0 in (head.simplex_axis, head.log_simplex_axis)
    if is_of_columns or (head.is_simplex_as_a_whole and head.simplex_axis is None):
        what = "in each column" if is_of_columns else "all together"
        yield Finding(
            "LM107",
            f"The predictions of the whole batch sum to 1, {what}: the softmax runs over the rows, and they compete.",
            {"sum": 1.0, "shape": list(case.shape)},
            "Write softmax(dim=1), or leave it out where the loss applies its own.",
        )


def own_softmax_of_another_axis(case: Case) -> Iterator[Finding]:
    """The loss's own softmax along another axis than that of the target's classes."""
    target, axis = case.target, case.nature.softmax_axis
    classes = None if target is None or axis is None else _axis_of_classes(case, target)
    if classes is not None and classes != axis and len(case.shape) > 2:
        yield _mixed(case, classes, axis)
    elif classes is not None and classes != axis:
        yield Finding(
            "LM107",
            f"The loss applies its softmax along axis {axis} of the predictions {list(case.shape)}, but the target's "
            f"classes lie on axis {classes}.",
            {"softmax along": axis, "classes along": classes, "shape": list(case.shape)},
            f"Write log_softmax(dim={classes}) in the loss, or use lm.CrossEntropy(), which does.",
        )


def _mixed(case: Case, classes: int, taken: int | None) -> Finding:
    return Finding(
        "LM303",
        f"The loss takes axis {taken} of the predictions {list(case.shape)} for the classes, but they lie on axis "
        f"{classes}.",
        {"shape": list(case.shape), "classes along": classes, "taken along": taken},
        f"Move the classes before the loss: prediction.movedim({classes}, 1), or lm.CrossEntropy()(…, axis={classes}).",
    )


def _axis_of_classes(case: Case, target: Target) -> int | None:
    """Along which rows of the target sum to 1; or where there is an output for each of its labels, and not for rows."""
    if not target.is_integer and target.tensor.shape == case.shape:
        sums = [a for a in range(1, len(case.shape)) if are_distributions(target.tensor, a) and case.shape[a] > 1]
        return sums[0] if len(sums) == 1 else None
    rows, *classes = case.shape
    is_of_labels = target.is_integer and tuple(target.tensor.shape) == (rows,) and target.low >= 0
    return 1 if is_of_labels and len(classes) == 1 and target.high < classes[0] < rows else None


def softmax_twice(case: Case) -> Iterator[Finding]:
    """Probabilities into a loss that applies a softmax."""
    head, axis, classes = case.head, case.nature.softmax_axis, case.classes
    if head is None or axis is None or classes is None:
        return
    if head.simplex_axis == axis:
        floor = math.log(1 + (classes - 1) / math.e)
        yield Finding(
            "LM101",
            f"The predictions are probabilities (rows sum to 1), and the loss applies a softmax to them again: it "
            f"cannot fall below {floor:.3f}, and its gradients are small.",
            {"rows sum to": 1.0, "floor of the loss": round(floor, 4), "loss": case.scene.answer.value},
            "Remove the softmax from the model: the loss wants raw scores.",
        )
    elif head.log_simplex_axis == axis:
        yield Finding(
            "LM103",
            "The predictions are log-probabilities, and the loss applies a log-softmax again: harmless, but it costs "
            "a pass.",
            {"exponentials sum to": 1.0},
            "Remove the log-softmax from the model, or use lm.NLL() (nn.NLLLoss) after it.",
        )


def sigmoid_twice(case: Case) -> Iterator[Finding]:
    """Probabilities into a loss that applies a sigmoid."""
    head = case.head
    if head is None or not case.nature.is_logistic or not head.is_unit or head.is_constant:
        return
    if head.is_stretched or (case.prediction is not None and case.prediction.numel() >= _FEWEST):
        yield Finding(
            "LM102",
            "The predictions lie between 0 and 1 whatever the parameters are, and the loss applies a sigmoid to them "
            "again: it sees probabilities from 0.5 to 0.73 alone.",
            {"least": head.low, "largest": head.high, "loss": case.scene.answer.value},
            "Remove the sigmoid from the model, or use nn.BCELoss after it; the raw score is safer.",
        )


def not_log_probabilities(case: Case) -> Iterator[Finding]:
    """Probabilities or raw scores into a loss of log-probabilities."""
    head, target, prediction = case.head, case.target, case.prediction
    if head is None or target is None or prediction is None or not case.nature.is_affine or not _reads_labels(case):
        return
    if head.log_simplex_axis is not None:
        return
    if head.simplex_axis is not None:
        yield Finding(
            "LM104",
            "The loss takes log-probabilities, but the predictions are probabilities: it is negative, and its gradient "
            "is the same for a right and for a wrong prediction.",
            {"rows sum to": 1.0, "loss": case.scene.answer.value},
            "Write log_softmax instead of softmax, or lm.CrossEntropy() (nn.CrossEntropyLoss) on the raw scores.",
        )
    elif not head.is_constant:
        yield Finding(
            "LM105",
            "The loss takes log-probabilities, but the predictions are raw scores: it falls without end as they grow.",
            {"least": head.low, "largest": head.high, "loss": case.scene.answer.value},
            "Use lm.CrossEntropy() (nn.CrossEntropyLoss) on the raw scores, or put a log_softmax before the loss.",
        )


def not_probabilities(case: Case) -> Iterator[Finding]:
    """Raw scores into a loss of probabilities."""
    prediction, answer = case.prediction, case.scene.answer
    if prediction is None or not bool(prediction.isfinite().all()):
        return
    low, high = float(prediction.min()), float(prediction.max())
    if low >= 0 and high <= 1:
        return
    works = next((name for name, p in _links(case) if case.scene.ask(p).is_finite), None)
    refuses = answer.error is not None and case.repaired is None
    if works and (refuses or case.nature.is_logarithmic or _is_best_at_the_labels(case)):
        yield Finding(
            "LM106",
            f"The loss takes probabilities, but the predictions run from {low:.3g} to {high:.3g}.",
            {"least": low, "largest": high, "works on": f"{works} of them"},
            "Use the loss of raw scores: lm.BinaryCrossEntropy() (nn.BCEWithLogitsLoss) or lm.CrossEntropy().",
        )


def _is_best_at_the_labels(case: Case) -> bool:
    """Whether labels of 0 and 1 are a perfect prediction, and it takes impossible ones to get below it.

    So it is with an overlap of probabilities. A distance has nothing below, and a loss of scores is not at its end.
    """
    prediction, target = case.prediction, case.target
    if prediction is None or target is None or target.tensor.shape != prediction.shape or set(target.values) != {0, 1}:
        return False
    labels = target.tensor.to(prediction.dtype)
    asked = (labels, 1 - labels, torch.full_like(labels, 0.5), 4 * labels, 4 * labels - 1)
    perfect, wrong, undecided, *beyond = (case.scene.value(p) for p in asked)
    if perfect is None or wrong is None or undecided is None:
        return False
    is_perfect = perfect < undecided < wrong and abs(perfect) < 1e-2 * abs(undecided)
    return is_perfect and any(v is not None and v < perfect - 0.05 * abs(undecided) for v in beyond)


def out_of_reach(case: Case) -> Iterator[Finding]:
    """Targets that the last layer cannot give."""
    head, target = case.head, case.target
    if head is None or target is None or not head.is_stretched or not case.nature.is_residual or head.is_constant:
        return
    below, above = _beyond(head, target)
    if max(below, above) > _OUT_OF_REACH:
        yield Finding(
            "LM110",
            f"The model's last layer gives nothing outside {head.low:.3g} to {head.high:.3g}, but "
            f"{100 * (below + above):.0f} % of the targets lie there.",
            {"head": [head.low, head.high], "targets": [target.low, target.high], "out of reach": below + above},
            "Remove the last activation, or scale the targets into its range.",
        )


def _beyond(head: Head, target: Target) -> tuple[float, float]:
    """The shares of the targets below and above all that the head can give."""
    slack, unseen = 0.02 * (target.high - target.low), 0.5 * (head.high - head.low)
    low = head.low - (slack if head.rests_below else max(slack, unseen))
    high = head.high + (slack if head.rests_above else max(slack, unseen))
    below = float((target.numbers < low).double().mean()) if head.is_bounded_below else 0.0
    above = float((target.numbers > high).double().mean()) if head.is_bounded_above else 0.0
    return below, above


def _links(case: Case) -> Iterator[tuple[str, torch.Tensor]]:
    prediction = case.prediction
    if prediction is not None:
        yield "the sigmoid", prediction.sigmoid()
        if prediction.dim() > 1:
            yield "the softmax", prediction.softmax(1)


def _reads_labels(case: Case) -> bool:
    """Whether the slopes are those of −log p of a label: none positive, one an element."""
    slopes, target = case.scene.answer.slopes, case.target
    if slopes is None or target is None or not target.is_integer or case.class_axis is None:
        return False
    return bool((slopes <= 0).all()) and bool(((slopes != 0).sum(case.class_axis) <= 1).all())


def _sees_nothing(case: Case) -> bool:
    prediction = case.prediction
    return prediction is not None and case.scene.value(prediction + 1) == case.scene.value(3 * prediction)


PROBES = (
    softmax_over_one,
    single_logit,
    wrong_axis,
    softmax_of_the_batch,
    own_softmax_of_another_axis,
    softmax_twice,
    sigmoid_twice,
    not_log_probabilities,
    not_probabilities,
    out_of_reach,
)
