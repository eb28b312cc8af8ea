"""One call of a loss: what it may say, and what it becomes after the checks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias, TypedDict

import torch
from torch import Tensor

from lossmith.arrays import Array
from lossmith.errors import PredictionError
from lossmith.links import Link
from lossmith.reduction import Weighting
from lossmith.targets import ROW_SUM_MISS

Given: TypeAlias = Literal["scores", "probabilities", "log_probabilities"]
ANY_GIVEN: tuple[Given, ...] = ("scores", "probabilities", "log_probabilities")


class Options(TypedDict, total=False):
    """What every call may say besides prediction and target, by keyword.

    Attributes:
        weight: sample weights of the unreduced loss's shape, finite, not negative. Weight 0 means
            absent, even over NaN.
        mask: booleans of that shape, True where an element counts.
        given: what the prediction is. A gradient is always by what was passed.
        target_given: for divergences, what the target is.
        class_weight: a weight for each class, shape (C,).
        class_counts: how often each class occurs in the training data, as counts or shares, shape (C,); for losses that
            adjust to it.
        ignore_index: the label that means "no label here".
        axis: the axis of the classes, needed where the prediction has more than two.
        lengths: for sequences, how many steps of each sample count, shape (N,).
    """

    weight: Array | None
    mask: Array | None
    given: Given
    target_given: Given
    class_weight: Array | None
    class_counts: Array | None
    ignore_index: int | None
    axis: int | None
    lengths: Array | None


OPTIONS = tuple(Options.__annotations__)


@dataclass(frozen=True)
class Aligned:
    """Prediction and target of shapes that belong together, the class axis (where there is one) last.

    Attributes:
        shape: of the unreduced loss.
        classes: the number of classes; 2 where an element has one score.
        is_index: the target holds integer class indices.
        has_rows: the target holds a value for each class.
    """

    prediction: Tensor
    target: Tensor
    shape: torch.Size
    classes: int = 2
    is_index: bool = False
    has_rows: bool = False


@dataclass(frozen=True)
class Batch:
    """One call after the checks: tensors in the dtype of computation, the class axis (where there is one) last."""

    prediction: Tensor
    target: Tensor
    weighting: Weighting
    given: Given
    target_given: Given
    class_weight: Tensor | None
    class_counts: Tensor | None
    is_index: bool
    lengths: Tensor | None


@dataclass(frozen=True)
class Elements:
    """The losses of the elements, and what each counts beside its sample weight (``None``: 1)."""

    values: Tensor
    counts: Tensor | None = None


def neutral(given: Given, classes: int) -> float:
    """A prediction that is harmless and legal, put where an element is absent."""
    return {"scores": 0.0, "probabilities": 1 / classes, "log_probabilities": -math.log(classes)}[given]


def check_given(prediction: Tensor, given: Given, *, rows: bool, loss_name: str) -> None:
    """Raise a PredictionError where the numbers are no (log-)probabilities. Reads values: for eager CPU only."""
    p = prediction if given == "probabilities" else prediction.exp()
    if bool(((p < 0) | (p > 1)).any()):
        low, high = float(prediction.min()), float(prediction.max())
        raise PredictionError(
            f"{loss_name} was told given={given!r}, but the prediction runs from {low:g} to {high:g}; raw scores are "
            "the default: leave given= out"
        )
    if rows and bool(((p.sum(-1) - 1).abs() > ROW_SUM_MISS).any()):
        raise PredictionError(
            f"{loss_name} was told given={given!r}, but rows of the prediction do not sum to 1 over the classes; raw "
            "scores are the default: leave given= out, or check axis="
        )


def check_scores(prediction: Tensor, link: Link, loss_name: str) -> None:
    """Raise a PredictionError where a raw score is below all that the link can read. Reads values: for eager CPU."""
    bad = prediction < link.low
    if bool(bad.any()):
        raise PredictionError(
            f"{loss_name} has an {link.name} link: its prediction is the mean itself, {link.low:g} or more, but "
            f"{int(bad.sum())} of {bad.numel()} are less, first {float(prediction[bad][0]):g}. Write link='log' and "
            "predict the log of the mean, or put a softplus before the loss"
        )
