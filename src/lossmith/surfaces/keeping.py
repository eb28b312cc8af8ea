"""The values of a surface on disk while it is computed, so that a stopped run goes on where it was."""

from __future__ import annotations

import os
import time
import zipfile
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from lossmith.errors import DataError

Point = tuple[int, ...]

_SECONDS = 1.0  # between two writes


class Kept:
    """Values by point; with a path, those of a file that was begun before, written at times and when all ends.

    Args:
        shape: of the grid.
        path: where they are kept (one .npz file); None keeps them in memory alone.

    Raises:
        DataError: the file is no such file, or of another grid.
    """

    def __init__(self, shape: tuple[int, ...], path: str | Path | None) -> None:
        self.values: NDArray[np.float64] = np.full(shape, np.nan)
        self.is_done = np.zeros(shape, dtype=bool)
        self.path = None if path is None else Path(path)
        self._written = time.monotonic()
        if self.path is not None and self.path.exists():
            self.values, self.is_done = _read(self.path, shape)

    def put(self, point: Point, value: float) -> None:
        """Keep one value."""
        self.values[point], self.is_done[point] = value, True
        if time.monotonic() - self._written > _SECONDS:
            self._write()

    def ends(self) -> list[Point]:
        """The first and the last point that are done."""
        done = [tuple(map(int, point)) for point in np.argwhere(self.is_done)]
        return done[:1] + done[1:][-1:]

    def __enter__(self) -> Kept:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._write()

    def _write(self) -> None:
        if self.path is None:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        with unfinished.open("wb") as file:
            np.savez(file, values=self.values, is_done=self.is_done)
        os.replace(unfinished, self.path)  # a kill leaves the old file or the new one
        self._written = time.monotonic()


def _read(path: Path, shape: tuple[int, ...]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            values, is_done = arrays["values"], arrays["is_done"]
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        raise DataError(f"{path} does not hold the values of a surface; give another path, or delete it") from error
    if values.shape != shape or is_done.shape != shape:
        raise DataError(f"{path} holds a surface of {values.shape} points, this one has {shape}; give another path")
    return values, is_done
