"""One table, wherever it comes from: a file, a bundled data set, a frame, arrays, tensors."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lossmith import datasets
from lossmith.errors import DataError
from lossmith.reading.files import bundled_names, scan, unreadable

if TYPE_CHECKING:
    import polars

_INDEX = "__row__"


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Rows of a table in memory; none of them lacks its target.

    ``features`` is a Polars frame, or an array (N, …) where arrays were given; ``target`` has a column for each target.
    """

    features: polars.DataFrame | NDArray[Any]
    target: polars.DataFrame


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table that is read when its rows are asked for.

    ``rows`` counts them all, ``without_target`` those whose target is missing. ``array`` holds the features where these
    came as an array; then ``frame`` has the targets alone.
    """

    name: str
    frame: polars.LazyFrame
    targets: tuple[str, ...]
    rows: int
    without_target: int
    unit: str = ""
    array: NDArray[Any] | None = None

    def take(self, most: int, seed: int = 0) -> Rows:
        """At most so many of the rows that have a target, drawn evenly with ``seed``, in their order."""
        import polars

        frame = self.frame.filter(~_lacks_target(self.frame, self.targets)).with_row_index(_INDEX)
        present = self.rows - self.without_target
        if present > most:
            drawn = np.sort(np.random.default_rng(seed).choice(present, most, replace=False))
            frame = frame.filter(polars.col(_INDEX).is_in(polars.Series(drawn, dtype=polars.UInt32).implode()))
        rows = _collect(frame, self.name).sort(_INDEX)  # streaming may mix the order
        target = rows.select(self.targets)
        if self.array is None:
            return Rows(features=rows.drop(_INDEX, *self.targets), target=target)
        has_target = (
            ~_collect(self.frame.select(_lacks_target(self.frame, self.targets)), self.name).to_series().to_numpy()
        )
        return Rows(features=self.array[has_target][rows[_INDEX].to_numpy()], target=target)

    def described(self) -> str:
        """The columns with their types, for an error that lists what there is."""
        return columns_of(self.frame)


def read(data: object, target: object, features: object) -> Table:
    """A table from a path, a bundled name or a frame with the name of its ``target``; or from arrays.

    Args:
        data: a path (CSV, TSV, Parquet, Arrow, JSON lines), the name of a bundled data set, or a Polars or pandas
            frame. ``None`` where ``features`` are given.
        target: the name of the target column, or of several (one-hot rows, a distribution, labels), or with
            ``features`` the targets themselves: array, Series or tensor of shape (N,) or (N, C).
        features: an array, tensor or frame of shape (N, …), in place of ``data``.

    Raises:
        DataError: the table cannot be read, or has no such target; the message lists what there is.
    """
    if (data is None) == (features is None):
        raise DataError(
            "Give either a table and the name of its target, as in choose('houses.parquet', target='price'), "
            f"or arrays, as in choose(features=X, target=y). Bundled data sets: {bundled_names()}."
        )
    if data is None:
        return _from_arrays(features, target)
    name, frame, bundled = _from_table(data)
    names = _target_names(target) or ((bundled.target,) if bundled else ())
    _check_targets(name, frame, names)
    unit = bundled.unit if bundled and names == (bundled.target,) else ""
    return _table(name, frame, names, unit=unit)


def columns_of(frame: polars.LazyFrame, most: int = 40) -> str:
    """Names and types of the columns, in a row."""
    schema = frame.collect_schema()
    named = [f"{name} ({dtype})" for name, dtype in schema.items()]
    rest = len(named) - most
    return ", ".join(named[:most]) + (f" and {rest} more" if rest > 0 else "")


# ------------------------------------------------------------------------------------------------------------- tables


def _from_table(data: object) -> tuple[str, polars.LazyFrame, datasets.Dataset | None]:
    import polars

    if isinstance(data, polars.DataFrame | polars.LazyFrame):
        return "table", data.lazy(), None
    if _is_pandas(data):
        return "table", polars.from_pandas(data).lazy(), None
    if not isinstance(data, str | Path):
        raise DataError(
            f"Data of type {type(data).__name__} cannot be read as a table. Give a path to a file, the name of a "
            f"bundled data set ({bundled_names()}), or a Polars or pandas DataFrame; arrays go by "
            "features=X, target=y."
        )
    for dataset in datasets.ALL:
        if dataset.name == str(data):
            return dataset.name, polars.scan_parquet(dataset.path), dataset
    return Path(data).stem, scan(Path(data)), None


def _target_names(target: object) -> tuple[str, ...]:
    if target is None:
        return ()
    if isinstance(target, str):
        return (target,)
    if isinstance(target, Sequence) and target and all(isinstance(name, str) for name in target):
        return tuple(target)
    raise DataError(
        f"With a table, target is the name of a column, or a list of names; it was {type(target).__name__}. "
        "Targets that are an array go with an array of features: features=X, target=y."
    )


def _check_targets(name: str, frame: polars.LazyFrame, targets: tuple[str, ...]) -> None:
    columns = frame.collect_schema().names()
    if not targets:
        raise DataError(
            f"Which column of {name} is to be predicted? Name it as the target. Columns: {columns_of(frame)}."
        )
    for target in targets:
        if target not in columns:
            near = difflib.get_close_matches(target, columns, n=3, cutoff=0.5)
            hint = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
            raise DataError(f"{name} has no column {target!r}.{hint} Columns: {columns_of(frame)}.")
    if len(set(targets)) < len(targets):
        raise DataError(f"The targets {', '.join(targets)} name a column twice.")
    if len(columns) == len(targets):
        only = "only the column" if len(targets) == 1 else "only the columns"
        raise DataError(f"{name} has {only} {', '.join(map(repr, targets))}: nothing is left to predict from.")


def _table(
    name: str, frame: polars.LazyFrame, targets: tuple[str, ...], *, unit: str = "", array: NDArray[Any] | None = None
) -> Table:
    import polars

    lacking = _lacks_target(frame, targets)
    counts = _collect(frame.select(polars.len().alias("rows"), lacking.sum().alias("lacking")), name)
    rows, without = int(counts["rows"][0]), int(counts["lacking"][0])
    if rows == 0:
        raise DataError(f"{name} has no rows. Columns: {columns_of(frame)}.")
    if without == rows:
        raise DataError(
            f"The target {', '.join(map(repr, targets))} of {name} is missing in all of its {rows:,} rows. "
            f"Columns: {columns_of(frame)}."
        )
    return Table(name=name, frame=frame, targets=targets, rows=rows, without_target=without, unit=unit, array=array)


def _lacks_target(frame: polars.LazyFrame, targets: tuple[str, ...]) -> polars.Expr:
    """Whether a row's target is null or, among numbers, NaN."""
    import polars

    schema = frame.collect_schema()
    missing = [
        polars.col(name).is_null() | (polars.col(name).is_nan() if schema[name].is_float() else polars.lit(False))
        for name in targets
    ]
    return polars.any_horizontal(missing)


def _collect(frame: polars.LazyFrame, name: str) -> polars.DataFrame:
    import polars

    try:
        return frame.collect(engine="streaming")
    except polars.exceptions.PolarsError as error:
        raise unreadable(name, error) from error


# ------------------------------------------------------------------------------------------------------------- arrays


def _from_arrays(features: object, target: object) -> Table:
    import polars

    if target is None or isinstance(target, str):
        raise DataError(
            f"features= was given with target={target!r}; give the targets themselves as an array of shape (N,) or "
            "(N, C), or give the whole table and the name of its target."
        )
    labels = _target_frame(target)
    names = tuple(labels.columns)
    frame = _feature_frame(features)
    array = None if frame is not None else _array(features, "features")
    rows = len(frame) if frame is not None else len(array)  # type: ignore[arg-type]
    if rows != len(labels):
        raise DataError(f"There are {rows:,} rows of features and {len(labels):,} targets; they must be as many.")
    if array is not None and array.ndim < 2:
        raise DataError(f"features has shape {array.shape}; a row each is expected: (N, F), here {(len(array), 1)}.")
    if array is not None and 0 in array.shape[1:]:
        raise DataError(f"features has shape {array.shape}: there is nothing to predict from.")
    if frame is None:
        return _table("arrays", labels.lazy(), names, array=array)
    clash = set(names) & set(frame.columns)
    labels = labels.rename({name: f"target {name}" for name in clash})
    joined = polars.concat([frame, labels], how="horizontal")
    return _table("table", joined.lazy(), tuple(labels.columns))


def _feature_frame(features: object) -> polars.DataFrame | None:
    import polars

    if isinstance(features, polars.LazyFrame):
        return features.collect()
    if isinstance(features, polars.DataFrame):
        return features
    if _is_pandas(features) and hasattr(features, "columns"):
        return polars.from_pandas(features)
    return None


def _target_frame(target: object) -> polars.DataFrame:
    import polars

    if isinstance(target, polars.DataFrame):
        return target
    if isinstance(target, polars.Series):
        return (target.alias(target.name or "target")).to_frame()
    if _is_pandas(target):
        frame = polars.from_pandas(target)
        return frame if isinstance(frame, polars.DataFrame) else _target_frame(frame)
    values = _array(target, "target")
    if values.ndim == 2 and values.shape[1] > 1:
        return polars.DataFrame({f"target_{i}": column for i, column in enumerate(values.T)})
    if values.ndim in (1, 2):
        column = values.reshape(-1)
        return polars.DataFrame({"target": column.tolist() if column.dtype == object else column})
    raise DataError(f"target has shape {values.shape}; expected is (N,) or (N, C): a row for each row of features.")


def _array(values: object, name: str) -> NDArray[Any]:
    import torch

    if isinstance(values, torch.Tensor):
        plain = values.detach().cpu()
        return (plain.float() if plain.dtype in (torch.bfloat16, torch.float16) else plain).numpy()
    try:
        array = np.asarray(values)
    except (ValueError, TypeError) as error:
        raise DataError(f"{name} of type {type(values).__name__} is no array: {error}") from error
    if array.dtype.kind == "c":
        raise DataError(f"{name} holds complex numbers; give real and imaginary parts as columns of their own.")
    if array.ndim == 0:
        raise DataError(
            f"{name} is a single {type(values).__name__}; an array with a row for each example is expected."
        )
    return array


def _is_pandas(data: object) -> bool:
    return type(data).__module__.partition(".")[0] == "pandas"
