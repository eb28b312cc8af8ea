"""From a file or a frame to three splits of numbers that a network can read."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from lossmith import datasets
from lossmith.errors import DataError

if TYPE_CHECKING:
    import polars

Floats = NDArray[np.floating[Any]]

_FEWEST_ROWS = 60  # below this a test split of 15 % says nothing
_FEWEST_OF_A_CLASS = 10


@dataclass(frozen=True, kw_only=True)
class Task:
    """What is to be predicted, and how its numbers are scaled for training and back."""

    kind: Literal["real", "binary"]
    target: str
    unit: str = ""
    positive: str = ""  # binary: the value that counts as 1 …
    negative: str = ""  # … and the one that counts as 0
    centre: float = 0.0  # real: mean and standard deviation of the training target
    scale: float = 1.0


@dataclass(frozen=True)
class Split:
    """Rows of one part: ``features`` (N, F) in float32, ``target`` (N,) in its own units, or 0 and 1."""

    features: Floats
    target: Floats


@dataclass(frozen=True, kw_only=True)
class Splits:
    """A table ready for training; everything that was fitted, was fitted on ``train`` alone."""

    name: str
    task: Task
    train: Split
    validation: Split
    test: Split


def prepare(data: object, target: str | None = None, *, seed: int = 0, most_rows: int | None = None) -> Splits:
    """Read a table, find its task, and split it 70 : 15 : 15 with ``seed`` into training, validation and test rows.

    ``data`` is a path (CSV, TSV, Parquet), the name of a bundled data set, or a Polars or pandas DataFrame.
    A ``DataError`` says what cannot be used, and what to write instead.
    """
    name, frame, bundled = _read(data)
    target = target or (bundled.target if bundled else None)
    unit = bundled.unit if bundled and target == bundled.target else ""
    _check_table(name, frame, target)
    assert target is not None
    if most_rows is not None and frame.height > most_rows:
        frame = frame.sample(most_rows, seed=seed, shuffle=True)
    task, values = _find_task(frame[target], unit)
    parts = _split_rows(task, values, seed)
    if task.kind == "real":
        train = values[parts[0]]
        # A training split whose target happens to be constant must not divide by zero.
        task = Task(kind="real", target=target, unit=unit, centre=float(train.mean()), scale=float(train.std()) or 1.0)
    splits = zip(_features(name, frame.drop(target), parts), parts, strict=True)
    train_, validation, test = (Split(features, values[rows]) for features, rows in splits)
    return Splits(name=name, task=task, train=train_, validation=validation, test=test)


# ---------------------------------------------------------------------------------------------------------- reading


def _read(data: object) -> tuple[str, polars.DataFrame, datasets.Dataset | None]:
    import polars

    if isinstance(data, polars.DataFrame):
        return "table", data, None
    if isinstance(data, polars.LazyFrame):
        return "table", data.collect(), None
    if type(data).__module__.partition(".")[0] == "pandas":
        return "table", polars.from_pandas(data), None
    if not isinstance(data, str | Path):
        raise DataError(
            f"Data of type {type(data).__name__} cannot be read. Give a path to a CSV, TSV or Parquet file, the name "
            f"of a bundled data set ({_names()}), or a Polars or pandas DataFrame."
        )
    for dataset in datasets.ALL:
        if dataset.name == str(data):
            return dataset.name, dataset.read(), dataset
    return Path(data).stem, _read_file(Path(data)), None


def _read_file(path: Path) -> polars.DataFrame:
    import polars

    if not path.is_file():
        raise DataError(f"There is no file {str(path)!r}.{_neighbours(path)} Bundled data sets: {_names()}.")
    suffix = path.suffix.lower()
    try:
        if suffix in (".parquet", ".pq"):
            return polars.read_parquet(path)
        if suffix in (".csv", ".tsv"):
            separator = "," if suffix == ".csv" else "\t"
            missing = ["", "NA", "NaN", "null"]
            return polars.read_csv(
                path, separator=separator, null_values=missing, infer_schema_length=None, try_parse_dates=True
            )
    except (polars.exceptions.PolarsError, OSError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise DataError(f"{str(path)!r} cannot be read as {suffix[1:].upper()}: {reason}") from error
    raise DataError(f"{str(path)!r} ends in {suffix or 'nothing'!r}; what can be read is .csv, .tsv and .parquet.")


def _neighbours(path: Path) -> str:
    siblings = [sibling.name for sibling in path.parent.glob("*")] if path.parent.is_dir() else []
    near = difflib.get_close_matches(path.name, siblings, n=3)
    return f" Near it: {', '.join(near)}." if near else ""


def _names() -> str:
    return ", ".join(dataset.name for dataset in datasets.ALL)


def _listed(names: Sequence[str], most: int = 40) -> str:
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")


def _check_table(name: str, frame: polars.DataFrame, target: str | None) -> None:
    columns = frame.columns
    if target is None:
        raise DataError(
            f"Which column of {name} is to be predicted? Name it as the target. Columns: {_listed(columns)}."
        )
    if target not in columns:
        near = difflib.get_close_matches(target, columns, n=3, cutoff=0.5)
        hint = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
        raise DataError(f"{name} has no column {target!r}.{hint} Columns: {_listed(columns)}.")
    if len(columns) == 1:
        raise DataError(f"{name} has only the column {target!r}: nothing is left to predict it from.")
    if frame.height < _FEWEST_ROWS:
        raise DataError(
            f"{name} has {frame.height} rows; a comparison needs at least {_FEWEST_ROWS} "
            "to train, to validate and to test."
        )


# ----------------------------------------------------------------------------------------------------------- target


def _find_task(column: polars.Series, unit: str) -> tuple[Task, Floats]:
    _check_complete(column)
    distinct = column.unique().sort()
    if len(distinct) == 1:
        raise DataError(
            f"The target {column.name!r} is constant ({distinct[0]!r} in every row): there is nothing to learn."
        )
    if len(distinct) == 2:
        return _binary(column, distinct)
    if not column.dtype.is_numeric():
        some = _listed([repr(str(value)) for value in distinct[:5]])
        raise DataError(
            f"The target {column.name!r} holds {len(distinct)} different values of type {column.dtype} ({some} …); "
            "compare takes a number, or two classes. Pick one class against the rest "
            f"(polars.col({column.name!r}) == {str(distinct[0])!r}), or cast the column if its text means numbers."
        )
    import polars

    task = Task(kind="real", target=column.name, unit=unit)
    return task, column.cast(polars.Float64).to_numpy()


def _check_complete(column: polars.Series) -> None:
    missing = column.null_count() + (int(column.is_nan().sum()) if column.dtype.is_float() else 0)
    if missing:
        raise DataError(
            f"The target {column.name!r} has {missing:,} missing values in {len(column):,} rows. "
            f"Drop those rows first: frame.filter(polars.col({column.name!r}).is_not_null())."
        )
    infinite = int(column.is_infinite().sum()) if column.dtype.is_float() else 0
    if infinite:
        raise DataError(f"The target {column.name!r} has {infinite:,} infinite values in {len(column):,} rows.")


def _binary(column: polars.Series, distinct: polars.Series) -> tuple[Task, Floats]:
    # The larger of two values is the positive one: 1 of 0 and 1 or −1 and 1, True, "spam" of "ham" and "spam".
    negative, positive = distinct.to_list()
    values = (column == positive).to_numpy().astype(np.float64)
    rarest = int(min(values.sum(), len(values) - values.sum()))
    if rarest < _FEWEST_OF_A_CLASS:
        raise DataError(
            f"The target {column.name!r} has two values, {negative!r} and {positive!r}, and one of them in only "
            f"{rarest} rows; a comparison needs at least {_FEWEST_OF_A_CLASS} of each."
        )
    return Task(kind="binary", target=column.name, positive=str(positive), negative=str(negative)), values


# --------------------------------------------------------------------------------------------------------- features


def _split_rows(task: Task, values: Floats, seed: int) -> list[NDArray[np.intp]]:
    from sklearn.model_selection import train_test_split

    classes = values if task.kind == "binary" else None
    train, rest = train_test_split(np.arange(len(values)), train_size=0.7, random_state=seed, stratify=classes)
    rest_classes = None if classes is None else classes[rest]
    validation, test = train_test_split(rest, train_size=0.5, random_state=seed, stratify=rest_classes)
    return [train, validation, test]


def _features(name: str, frame: polars.DataFrame, parts: Sequence[NDArray[np.intp]]) -> list[Floats]:
    """Numbers without gaps and on one scale, by the training rows (the first part)."""
    pipeline = _pipeline(most_quantiles=len(parts[0]))
    try:
        fitted = pipeline.fit(frame[parts[0]])
        features = [np.asarray(fitted.transform(frame[rows]), dtype=np.float32) for rows in parts]
    except ValueError as error:
        raise DataError(f"The columns of {name} cannot be turned into numbers: {error}") from error
    if not all(np.isfinite(part).all() for part in features):
        raise DataError(f"The columns of {name} cannot be turned into finite numbers.")
    return features


def _pipeline(most_quantiles: int) -> Any:
    """Vectorise, bend every column to a normal shape, fill the gaps with the middle and mark them.

    Standardising alone hands the tails of areas and counts on to the network and squeezes what matters into a corner:
    on the validation rows of the houses, bending was worth 0.1 of R², nearly all of it in the year a house was built.
    """
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, QuantileTransformer
    from skrub import StringEncoder, TableVectorizer

    return make_pipeline(
        TableVectorizer(high_cardinality=StringEncoder(random_state=0)),
        FunctionTransformer(_finite_or_missing),
        QuantileTransformer(n_quantiles=min(1000, most_quantiles), output_distribution="normal", random_state=0),
        SimpleImputer(strategy="constant", fill_value=0.0, add_indicator=True, keep_empty_features=True),
    )


def _finite_or_missing(frame: Any) -> Floats:
    values = np.asarray(frame, dtype=np.float64)
    return np.where(np.isfinite(values), values, np.nan)
