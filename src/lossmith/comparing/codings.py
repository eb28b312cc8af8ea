"""How a loss reads the target of a task, and what the scores mean that it trains: one table for both directions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import logsigmoid

from lossmith import targets
from lossmith.comparing.data import Splits
from lossmith.comparing.predictions import Floats, Predictions
from lossmith.errors import TargetError
from lossmith.families import Setwise
from lossmith.families.classes import OverClasses
from lossmith.links import IDENTITY, LOGIT, SOFTMAX
from lossmith.loss import Loss
from lossmith.targets import Coding

_SURE = 1e-4  # a mean that is read as a probability keeps this far from 0 and 1

Recode = Callable[[NDArray[Any], Splits], NDArray[Any]]


def _as_it_is(values: NDArray[Any], splits: Splits) -> NDArray[Any]:
    return values


def _standardised(values: NDArray[Any], splits: Splits) -> NDArray[Any]:
    return (values - splits.centre) / splits.scale


def _relative(values: NDArray[Any], splits: Splits) -> NDArray[Any]:
    return values / _unit(splits)  # so that a score of 0 is the mean, whatever the unit


def _unit(splits: Splits) -> float:
    return splits.centre or 1.0  # training rows may hold none of what is counted


def _signs(values: NDArray[Any], splits: Splits) -> NDArray[Any]:
    # A positive score means yes for a real-valued loss such as MSE as well.
    return np.asarray(2 * values - 1)


def _one_hot(values: NDArray[Any], splits: Splits) -> NDArray[Any]:
    return np.asarray(np.eye(splits.task.outputs, dtype=np.float32)[values])


def _one_against_all(values: NDArray[Any], splits: Splits) -> NDArray[Any]:
    return _signs(_one_hot(values, splits), splits)


_READ: dict[str, dict[Coding, Recode]] = {
    "regression": {
        targets.REAL: _standardised,
        targets.COUNT: _relative,
        targets.POSITIVE: _relative,
        targets.BINARY: _as_it_is,
    },
    "binary": {targets.BINARY: _as_it_is, targets.SIGN: _signs, targets.REAL: _signs},
    "classes": {
        targets.CLASS_INDEX: _as_it_is,
        targets.CLASSES: _as_it_is,
        targets.CLASS_ROWS: _one_hot,
        targets.DISTRIBUTION: _one_hot,
        targets.REAL: _one_hot,
        targets.BINARY: _one_hot,
        targets.MULTI_LABEL: _one_hot,
        targets.SIGN: _one_against_all,
    },
    "distribution": {
        targets.DISTRIBUTION: _as_it_is,
        targets.CLASS_ROWS: _as_it_is,
        targets.CLASSES: _as_it_is,
        targets.REAL: _as_it_is,
        targets.BINARY: _as_it_is,
        targets.MULTI_LABEL: _as_it_is,
    },
    "labels": {
        targets.BINARY: _as_it_is,
        targets.MULTI_LABEL: _as_it_is,
        targets.SIGN: _signs,
        targets.REAL: _signs,
    },
}


def check_fits(loss: Loss, splits: Splits) -> None:
    """Raise a ``TargetError`` where a loss cannot read the target of this task."""
    task, coding = splits.task, loss.traits.target
    several = loss.HAS_AXIS != loss.HAS_CLASSES or (isinstance(loss, OverClasses) and loss.MORE_CLASSES > 0)
    if several or isinstance(loss, Setwise):
        raise TargetError(
            f"{loss.name} reads several scores for one target, or a whole set at once; what is trained here gives one "
            "score for each number, label or class. Take losses of a single score."
        )
    readable = _READ[task.group]
    if coding not in readable:
        raise TargetError(
            f"{loss.name} reads targets coded as {coding.name!r}, but {task.target!r} is a target of the kind "
            f"{task.kind!r}; take losses whose target is {' or '.join(repr(known.name) for known in readable)}."
        )
    if task.group == "regression":  # classes and labels obey every coding that they are written in
        for part in splits.parts:
            coding.check(torch.from_numpy(part.target), loss.name)


def target_for(loss: Loss, values: NDArray[Any], splits: Splits) -> Tensor:
    """The target as this loss reads it: indices stay integers, all else becomes float32."""
    read = _READ[splits.task.group][loss.traits.target](values, splits)
    return torch.from_numpy(read if read.dtype == np.int64 else read.astype(np.float32))


def predictions_of(loss: Loss, scores: Tensor, splits: Splits) -> Predictions:
    """What the scores say: amounts in the target's own units, or scores with the probabilities that they stand for."""
    group, values = splits.task.group, scores.double()
    if group == "regression":
        return Predictions(_in_units(loss, values, splits))
    is_exclusive = group in ("classes", "distribution")
    logits = _logits(loss, values, is_exclusive)
    if logits is None:  # what a hinge gives has the order of a probability, no more
        return Predictions(values.numpy(), values.numpy(), claims_probability=False, is_exclusive=is_exclusive)
    return Predictions(values.numpy(), logits.numpy(), claims_probability=True, is_exclusive=is_exclusive)


def _in_units(loss: Loss, scores: Tensor, splits: Splits) -> Floats:
    link, coding = loss.traits.link, loss.traits.target
    means = link.to_mean(scores).numpy()
    if coding == targets.REAL:
        return np.asarray(means * splits.scale + splits.centre)
    return np.asarray(means * _unit(splits) if coding in (targets.COUNT, targets.POSITIVE) else means)


def _logits(loss: Loss, scores: Tensor, is_exclusive: bool) -> Tensor | None:
    """Scores as log-odds, or as log-probabilities of classes that exclude each other; ``None`` where they are neither.

    A loss that elicits the mean gives the probability itself.
    """
    traits = loss.traits
    if traits.link == SOFTMAX:
        return scores
    if traits.link == LOGIT:
        return logsigmoid(scores) if is_exclusive else scores
    if traits.proper and traits.link.bounded:  # else finite scores would be certain
        means = traits.link.to_mean(scores).clamp(_SURE, 1 - _SURE)
        return means.log() if is_exclusive else means.logit()
    if traits.link != IDENTITY or traits.elicits != "mean":
        return None
    return scores.clamp(_SURE, 1).log() if is_exclusive else ((scores + 1) / 2).clamp(_SURE, 1 - _SURE).logit()
