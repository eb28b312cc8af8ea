"""Files as lazy frames of Polars: only what is asked for is read, so that a file larger than memory works."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from lossmith import datasets
from lossmith.errors import DataError

if TYPE_CHECKING:
    import polars

_MISSING = ["", "NA", "N/A", "NaN", "nan", "null", "NULL"]
_READ_WHOLE = 200_000_000  # bytes up to which all rows are read to find a column's type
_MANY_ROWS = 100_000  # … and the rows that are read of a larger file


def scan(path: Path) -> polars.LazyFrame:
    """The table in a file, not read yet; a ``DataError`` where there is none or it cannot be read."""
    import polars

    if not path.is_file():
        raise DataError(f"There is no file {str(path)!r}.{_neighbours(path)} Bundled data sets: {bundled_names()}.")
    suffix = path.suffix.lower()
    if suffix not in _READERS:
        known = ", ".join(_READERS)
        raise DataError(f"{str(path)!r} ends in {suffix or 'nothing'!r}; what can be read is {known}.")
    try:
        frame = _READERS[suffix](path)
        frame.collect_schema()
    except (polars.exceptions.PolarsError, OSError) as error:
        raise unreadable(path.name, error) from error
    return frame


def unreadable(name: str, error: Exception) -> DataError:
    """What Polars says of a table that it cannot read, in one line."""
    reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return DataError(f"{name!r} cannot be read as {Path(name).suffix[1:].upper() or 'a table'}: {reason}")


def bundled_names() -> str:
    """The names of the data sets that come with Lossmith."""
    return ", ".join(dataset.name for dataset in datasets.ALL)


def _delimited(separator: str) -> Callable[[Path], polars.LazyFrame]:
    def scan_delimited(path: Path) -> polars.LazyFrame:
        import polars

        return polars.scan_csv(
            path,
            separator=separator,
            null_values=_MISSING,
            infer_schema_length=_rows_to_infer(path),
            try_parse_dates=True,
        )

    return scan_delimited


def _parquet(path: Path) -> polars.LazyFrame:
    import polars

    return polars.scan_parquet(path)


def _arrow(path: Path) -> polars.LazyFrame:
    import polars

    with path.open("rb") as file:
        has_index = file.read(6) == b"ARROW1"
    if has_index:
        return polars.scan_ipc(path)
    return polars.read_ipc_stream(path).lazy()  # the streaming format has no index to read lazily by


def _json_lines(path: Path) -> polars.LazyFrame:
    import polars

    return polars.scan_ndjson(path, infer_schema_length=_rows_to_infer(path))


_READERS: dict[str, Callable[[Path], polars.LazyFrame]] = {
    ".csv": _delimited(","),
    ".tsv": _delimited("\t"),
    ".parquet": _parquet,
    ".pq": _parquet,
    ".arrow": _arrow,
    ".feather": _arrow,
    ".ipc": _arrow,
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
}


def _rows_to_infer(path: Path) -> int | None:
    return None if path.stat().st_size <= _READ_WHOLE else _MANY_ROWS


def _neighbours(path: Path) -> str:
    siblings = [sibling.name for sibling in path.parent.glob("*")] if path.parent.is_dir() else []
    near = difflib.get_close_matches(path.name, siblings, n=3)
    return f" Near it: {', '.join(near)}." if near else ""
