"""From a table to three splits of numbers that a network can read."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lossmith.errors import DataError
from lossmith.reading import Table, Task, features_of, task_of

MOST_ROWS = 200_000
_FEWEST_ROWS = 60  # below this a test split of 15 % says nothing
_FEWEST_OF_A_CLASS = 10


@dataclass(frozen=True)
class Split:
    """Rows of one part: ``features`` (N, …) in float32, ``target`` as :func:`lossmith.reading.find_task` gives it."""

    features: NDArray[np.float32]
    target: NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Splits:
    """A table ready for training; everything that was fitted, was fitted on ``train`` alone.

    ``centre`` and ``scale`` are mean and standard deviation of a real training target (0 and 1 of any other).
    ``of_rows`` counts the rows of the whole table, ``without_target`` those of them that lack a target.
    """

    name: str
    task: Task
    centre: float
    scale: float
    train: Split
    validation: Split
    test: Split
    of_rows: int
    without_target: int

    @property
    def parts(self) -> tuple[Split, Split, Split]:
        """Training, validation and test rows."""
        return self.train, self.validation, self.test

    @property
    def inputs(self) -> int | tuple[int, ...]:
        """What a network is told of its input: the number of features, or the shape of a row with more axes."""
        shape = self.train.features.shape[1:]
        return shape[0] if len(shape) == 1 else shape

    def fingerprint(self) -> str:
        """Equal for equal numbers in equal parts."""
        digest = hashlib.sha256()
        for part in self.parts:
            for array in (part.features, part.target):
                digest.update(f"{array.dtype}{array.shape}".encode())
                digest.update(np.ascontiguousarray(array).data)
        return digest.hexdigest()[:16]


def prepare(table: Table, kind: str | None = None, *, seed: int = 0, most_rows: int = MOST_ROWS) -> Splits:
    """Find the task of a table, and split its rows 70 : 15 : 15 with ``seed`` into training, validation and test rows.

    Of a longer table ``most_rows`` are drawn evenly. A ``DataError`` says what cannot be used, and what to write
    instead.
    """
    rows = table.take(most_rows, seed)
    task, values = task_of(table, rows, kind)
    _check_rows(table.name, task, values)
    parts = _split_rows(task, values, seed)
    train = values[parts[0]]
    is_real = task.group == "regression"
    features = features_of(table.name, rows.features, parts)
    splits = [Split(part, values[indices]) for part, indices in zip(features, parts, strict=True)]
    return Splits(
        name=table.name,
        task=task,
        centre=float(train.mean()) if is_real else 0.0,
        # A training split whose target happens to be constant must not divide by zero.
        scale=(float(train.std()) or 1.0) if is_real else 1.0,
        train=splits[0],
        validation=splits[1],
        test=splits[2],
        of_rows=table.rows,
        without_target=table.without_target,
    )


def _check_rows(name: str, task: Task, values: NDArray[Any]) -> None:
    if len(values) < _FEWEST_ROWS:
        raise DataError(
            f"{name} has {len(values)} rows with a target; a comparison needs at least {_FEWEST_ROWS} "
            "to train, to validate and to test."
        )
    if task.group not in ("binary", "classes"):
        return
    counts = np.bincount(values.astype(np.int64), minlength=len(task.labels))
    rarest = int(counts.argmin())
    if counts[rarest] < _FEWEST_OF_A_CLASS:
        raise DataError(
            f"Of the {len(counts)} classes of {task.target!r}, {task.labels[rarest]!r} has only {counts[rarest]} rows; "
            f"a comparison needs at least {_FEWEST_OF_A_CLASS} of each. Leave rare classes out, or join them into one."
        )


def _split_rows(task: Task, values: NDArray[Any], seed: int) -> Sequence[NDArray[np.intp]]:
    from sklearn.model_selection import train_test_split

    classes = values if task.group in ("binary", "classes") else None
    train, rest = train_test_split(np.arange(len(values)), train_size=0.7, random_state=seed, stratify=classes)
    rest_classes = None if classes is None else classes[rest]
    validation, test = train_test_split(rest, train_size=0.5, random_state=seed, stratify=rest_classes)
    return [train, validation, test]
