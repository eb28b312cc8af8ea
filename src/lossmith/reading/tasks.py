"""The task, found in the numbers of the target: what is predicted, and how it is written down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lossmith.errors import DataError, ParameterError

if TYPE_CHECKING:
    import polars

    from lossmith.reading.tables import Rows, Table

Values = NDArray[Any]

_MOST_CLASSES = 1000
_MOST_CLASSES_OF_TEXT = 100
_MOST_CONTIGUOUS = 50  # classes written as 0, 1, 2 …
_RAREST_SHARE = 0.02  # of the commonest class: below it whole numbers from 0 count something
_ROW_SUM_MISS = 2e-3  # rows of float16 or of a rounded table miss 1 by about 1e-3


@dataclass(frozen=True, kw_only=True)
class Task:
    """What is to be predicted.

    Args:
        kind: one of ``KINDS``.
        target: the name of the target.
        unit: of a real target.
        labels: the classes as they were written, in the order of their numbers; for two classes the negative one first.
    """

    kind: str
    target: str
    unit: str = ""
    labels: tuple[str, ...] = ()

    @property
    def group(self) -> str:
        """What is measured of a prediction: ``regression``, ``binary``, ``classes``, ``distribution``, ``labels``."""
        return _GROUPS[self.kind]

    @property
    def outputs(self) -> int:
        """How many scores a network gives for a row."""
        return 1 if self.group in ("regression", "binary") else len(self.labels)


_GROUPS = {
    "real": "regression",
    "positive": "regression",
    "count": "regression",
    "proportion": "regression",
    "binary": "binary",
    "margin": "binary",
    "classes": "classes",
    "one_hot": "classes",
    "distribution": "distribution",
    "multi_label": "labels",
}
KINDS = tuple(_GROUPS)


def task_of(table: Table, rows: Rows, kind: str | None = None) -> tuple[Task, Values]:
    """The task of a table, as :func:`find_task` reads it off these rows; an error lists the table's columns."""
    try:
        return find_task(rows.target, kind, table.unit)
    except DataError as error:
        columns = table.described() if table.array is None else ""
        raise DataError(f"{error} Columns: {columns}." if columns else str(error)) from None


def find_task(target: polars.DataFrame, kind: str | None = None, unit: str = "") -> tuple[Task, Values]:
    """The task, and the target in numbers: (N,) or, for distributions and several labels, (N, C).

    Real targets are float64; of two classes the larger value is 1, the other 0; classes are numbered in their order.

    Args:
        target: a column, or a column for each class; none of the values is missing.
        kind: what the target is, where the numbers do not tell (``"classes"`` for ratings, ``"count"`` …).
        unit: of a real target.

    Raises:
        DataError: the target cannot be learned: text, an identifier, a constant; or is not of this ``kind``.
    """
    if kind is not None and kind not in KINDS:
        raise ParameterError(f"There is no task {kind!r}; the tasks are {', '.join(KINDS)}.")
    frame = _unpacked(target)
    name = target.columns[0] if len(target.columns) == 1 else ", ".join(target.columns)
    if frame.width > 1:
        found = _find_rows(name, frame) if kind is None else kind
        return _read_rows(found, name, frame)
    column = frame.to_series()
    _check_finite(column)
    found = _find_kind(column) if kind is None else kind
    labels, values = _reader(found, name)(column)
    return Task(kind=found, target=name, unit=unit if _GROUPS[found] == "regression" else "", labels=labels), values


# ------------------------------------------------------------------------------------------------------ one column


def _find_kind(column: polars.Series) -> str:
    distinct = column.unique().sort()
    if len(distinct) == 1:
        raise DataError(
            f"The target {column.name!r} is constant ({distinct[0]!r} in every row): there is nothing to learn."
        )
    if column.dtype.is_temporal():
        raise DataError(
            f"The target {column.name!r} is of type {column.dtype}: dates are not predicted as they stand. Make a "
            f"number of it, such as the days from another date: (polars.col({column.name!r}) - start).dt.total_days()."
        )
    if len(distinct) == 2:
        return "margin" if column.dtype.is_numeric() and distinct.to_list() == [-1, 1] else "binary"
    if not column.dtype.is_numeric():
        _check_is_label(column, distinct)
        return "classes"
    values = _floats(column)
    if np.all(values == np.rint(values)):
        return _find_whole(column.name, values)
    if values.min() >= 0 and values.max() <= 1:
        return "proportion"
    return "positive" if values.min() > 0 else "real"


def _find_whole(name: str, values: Values) -> str:
    """Whole numbers: classes, a count, an amount, or an identifier."""
    numbers, counts = np.unique(values, return_counts=True)
    low, high = numbers[0], numbers[-1]
    if len(numbers) == len(values) > 20 and (high - low < 1.5 * len(values) or bool(np.all(np.diff(values) > 0))):
        raise DataError(
            f"The target {name!r} looks like an identifier: a different whole number in each of the {len(values):,} "
            "rows, without gaps or in rising order. Name the column that is to be predicted; if this is the one, write "
            "task='real'."
        )
    contiguous = low in (0, 1) and high - low + 1 == len(numbers) <= _MOST_CONTIGUOUS
    if contiguous and counts.min() >= max(5, _RAREST_SHARE * counts.max()) and not _falls_like_a_count(counts):
        return "classes"
    if low < 0:
        return "real"
    return "count" if low <= 1 else "positive"


def _falls_like_a_count(counts: NDArray[np.intp]) -> bool:
    """Whether the shares rise to one peak and then fall off to less than a tenth of it, as those of a count do."""
    peak = int(counts.argmax())
    return bool(np.all(np.diff(counts[peak:]) < 0) and counts[-1] < 0.1 * counts[peak] and len(counts) - peak >= 4)


def _check_is_label(column: polars.Series, distinct: polars.Series) -> None:
    """Text with few different values is a label; text with many is prose, or an identifier."""
    import polars

    if column.dtype not in (polars.String, polars.Categorical, polars.Enum):
        raise DataError(
            f"The target {column.name!r} is of type {column.dtype}, which is neither a number nor a label. "
            "Take a column of numbers, text or booleans, or a list of equal length in each row."
        )
    count = len(distinct)
    if count <= max(2, min(_MOST_CLASSES_OF_TEXT, len(column) // 5)):
        return
    some = ", ".join(repr(str(value)[:40]) for value in distinct[:4])
    words = float(np.mean([len(str(value).split()) for value in distinct[:500]]))
    if count == len(column) and words < 3:
        kind = "looks like an identifier: a different text in each row"
    elif words >= 3:
        kind = f"holds text of {words:.0f} words on average"
    else:
        kind = "holds too many different values to be classes"
    raise DataError(
        f"The target {column.name!r} {kind} ({count:,} different values in {len(column):,} rows: {some} …). "
        "Name a column of numbers or labels; if its text means numbers, cast it; if these are classes, write "
        "task='classes'."
    )


def _check_finite(column: polars.Series) -> None:
    infinite = int(column.is_infinite().sum()) if column.dtype.is_float() else 0
    if infinite:
        raise DataError(
            f"The target {column.name!r} has {infinite:,} infinite values in {len(column):,} rows. Drop those rows: "
            f"frame.filter(polars.col({column.name!r}).is_finite())."
        )


# --------------------------------------------------------------------------------------------- reading as this kind


def _is_number(column: polars.Series) -> bool:
    import polars

    return column.dtype.is_numeric() or column.dtype == polars.Boolean


def _floats(column: polars.Series) -> Values:
    import polars

    return column.cast(polars.Float64).to_numpy()


Reader = Callable[["polars.Series"], tuple[tuple[str, ...], Values]]


def _reader(kind: str, name: str) -> Reader:
    if kind in ("one_hot", "distribution", "multi_label"):
        raise DataError(
            f"task={kind!r} needs a column for each class, and {name!r} is one column of single values. Name all "
            "columns, or give an array of shape (N, C)."
        )
    return {"binary": _two, "margin": _two, "classes": _indices}.get(kind, _numbers(kind))


def _numbers(kind: str) -> Reader:
    def read_numbers(column: polars.Series) -> tuple[tuple[str, ...], Values]:
        if not _is_number(column):
            raise DataError(f"task={kind!r} needs numbers, and the target {column.name!r} is of type {column.dtype}.")
        values = _floats(column)
        broken = _BOUNDS[kind](values)
        if broken.any():
            first = int(np.flatnonzero(broken)[0])
            raise DataError(
                f"task={kind!r}: the target {column.name!r} has {int(broken.sum()):,} values that are not "
                f"{_EXPECTED[kind]}, first {values[first]:g} in row {first}."
            )
        return (), values

    return read_numbers


_BOUNDS: dict[str, Callable[[Values], Values]] = {
    "real": lambda y: np.zeros(len(y), dtype=bool),
    "positive": lambda y: y <= 0,
    "count": lambda y: (y < 0) | (y != np.rint(y)),
    "proportion": lambda y: (y < 0) | (y > 1),
}
_EXPECTED = {"positive": "above 0", "count": "whole numbers from 0", "proportion": "from 0 to 1"}


def _two(column: polars.Series) -> tuple[tuple[str, ...], Values]:
    # The larger of two values is the positive one: 1 of 0 and 1 or −1 and 1, True, "spam" of "ham" and "spam".
    distinct = column.unique().sort()
    if len(distinct) != 2:
        raise DataError(
            f"The target {column.name!r} has {len(distinct):,} different values; a task of two classes needs two."
        )
    negative, positive = distinct.to_list()
    return (str(negative), str(positive)), (column == positive).to_numpy().astype(np.float64)


def _indices(column: polars.Series) -> tuple[tuple[str, ...], Values]:
    distinct = column.unique().sort()
    if len(distinct) > _MOST_CLASSES:
        raise DataError(
            f"The target {column.name!r} has {len(distinct):,} different values; at most {_MOST_CLASSES:,} classes "
            "are supported."
        )
    labels = [str(value) for value in distinct.to_list()]
    place = {value: index for index, value in enumerate(distinct.to_list())}
    return tuple(labels), np.array([place[value] for value in column.to_list()], dtype=np.int64)


# --------------------------------------------------------------------------------------------------- several columns


def _unpacked(target: polars.DataFrame) -> polars.DataFrame:
    """A column that holds a list in each row becomes a column for each entry."""
    import polars

    if target.width > 1 or not isinstance(target.dtypes[0], polars.List | polars.Array):
        return target
    column = target.to_series()
    lengths = column.list.len() if isinstance(column.dtype, polars.List) else polars.Series([column.dtype.shape[0]])  # type: ignore[attr-defined]
    if lengths.n_unique() != 1:
        raise DataError(
            f"The rows of the target {column.name!r} hold from {lengths.min()!r} to {lengths.max()!r} values; a row "
            "of the same length is expected each time, with a place for each class."
        )
    rows = column.to_frame().select(polars.col(column.name).cast(polars.List(column.dtype.inner)))  # type: ignore[attr-defined]
    return rows.select(
        polars.col(column.name).list.get(place).alias(f"{column.name}_{place}") for place in range(int(lengths[0]))
    )


def _find_rows(name: str, frame: polars.DataFrame) -> str:
    values = _matrix(name, frame)
    if np.all((values == 0) | (values == 1)):
        return "one_hot" if np.all(values.sum(axis=1) == 1) else "multi_label"
    if np.all(values >= 0) and np.all(np.abs(values.sum(axis=1) - 1) <= _ROW_SUM_MISS):
        return "distribution"
    raise DataError(
        f"The targets {name[:200]} are neither labels (0 and 1) nor distributions (no value below 0, each row's sum "
        f"1; here sums run from {values.sum(axis=1).min():.4g} to {values.sum(axis=1).max():.4g}). Several real "
        "targets are chosen for one at a time: name one."
    )


def _read_rows(kind: str, name: str, frame: polars.DataFrame) -> tuple[Task, Values]:
    values, labels = _matrix(name, frame), tuple(frame.columns)
    if kind != "distribution" and not np.all((values == 0) | (values == 1)):
        raise DataError(f"task={kind!r} needs columns of 0 and 1 as the targets; {name[:200]} hold other numbers.")
    if kind in ("one_hot", "classes"):
        if not np.all(values.sum(axis=1) == 1):
            raise DataError(f"task={kind!r} needs a single 1 in each row of the targets {name[:200]}.")
        return Task(kind="one_hot", target=name, labels=labels), values.argmax(axis=1)
    if kind == "multi_label":
        return Task(kind=kind, target=name, labels=labels), values
    if kind == "distribution":
        if np.any(values < 0) or np.any(np.abs(values.sum(axis=1) - 1) > _ROW_SUM_MISS):
            raise DataError(f"task={kind!r} needs rows from 0 whose sum is 1 as the targets {name[:200]}.")
        return Task(kind=kind, target=name, labels=labels), values / values.sum(axis=1, keepdims=True)
    raise DataError(f"task={kind!r} needs one column as its target, and {frame.width} were given: {name[:200]}.")


def _matrix(name: str, frame: polars.DataFrame) -> Values:
    wrong = [column.name for column in frame if not _is_number(column)]
    if wrong:
        raise DataError(f"Of the targets {name[:200]}, {', '.join(wrong[:5])} are not numbers.")
    for column in frame:
        _check_finite(column)
    values = frame.to_numpy().astype(np.float64)
    if np.all(values == values[:1]):
        raise DataError(f"The targets {name[:200]} are the same in every row: there is nothing to learn.")
    return values
