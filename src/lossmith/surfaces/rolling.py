"""Plain gradient descent over sampled values, rolled from many starts at once."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from lossmith.surfaces.persistence import Values

STARTS = 500
STEPS = 1000
_STILL = 0.01  # of a cell: a descent that would go no further in all steps that are left has ended


def success(values: Values, slopes: Values, coordinates: Sequence[NDArray[np.float64]], level: float) -> float:
    """The share of starts from which plain gradient descent ends in a cell with a corner no higher than ``level``.

    Between the points of the grid the gradient is interpolated, linearly along each axis. The rate is 1 over the
    sharpest curvature anywhere in the slice, with which no step overshoots (Nesterov, 2004). A descent slides along
    the border of the slice, and ends where it meets a hole; starts beside a hole are left out.

    Args:
        values: shape (A,) or (A, B); NaN is a hole.
        slopes: their gradient by cells, shape (dimensions, A) or (dimensions, A, B).
        coordinates: one array for each axis.
        level: what counts as the bottom.
    """
    from scipy.ndimage import map_coordinates

    def slope(at: Values) -> Values:
        return np.stack([map_coordinates(each, at, order=1, mode="nearest") for each in slopes])

    cell = np.array([[line[1] - line[0]] for line in coordinates])
    last = np.array([[size - 1] for size in values.shape])
    at = last * _even(values.ndim)
    at = at[:, np.isfinite(slope(at)).all(axis=0)]
    if not at.size:
        return math.nan
    sharpest = _sharpest(values, cell[:, 0])
    rate = 1 / (sharpest * cell**2) if sharpest > 0 else np.ones_like(cell)  # of cells by slopes by cells
    for left in range(STEPS, 0, -1):
        before, at = at, np.clip(at - np.nan_to_num(rate * slope(at)), 0, last)
        if np.abs(at - before).max() * left < _STILL:
            break
    return float((np.fmin.reduce([*_corners(values, at)]) <= level).mean())


def _even(dimensions: int) -> Values:
    """Starts that lie evenly in the unit interval or square, shape (dimensions, STARTS).

    Roberts (2018), *The unreasonable effectiveness of quasirandom sequences*.
    """
    ratio = {1: 1.618033988749895, 2: 1.324717957244746}[dimensions]  # x ** (dimensions + 1) = x + 1
    return np.stack([(0.5 + np.arange(STARTS) / ratio**axis) % 1 for axis in range(1, dimensions + 1)])


def _sharpest(values: Values, cell: NDArray[np.float64]) -> float:
    """The largest size of an eigenvalue of the Hessian, by differences."""
    with np.errstate(over="ignore", invalid="ignore"):
        bends = [np.diff(values, 2, axis) / width**2 for axis, width in enumerate(cell)]
        if values.ndim == 1:
            sizes = np.abs(bends[0])
        else:
            one, other = bends[0][:, 1:-1], bends[1][1:-1]
            twist = (values[2:, 2:] - values[2:, :-2] - values[:-2, 2:] + values[:-2, :-2]) / (4 * cell.prod())
            sizes = np.abs(one + other) / 2 + np.hypot((one - other) / 2, twist)
    return float(np.fmax.reduce(sizes, axis=None, initial=0.0))


def _corners(values: Values, at: Values) -> Iterator[Values]:
    """The values at the corners of the cell in which each point is."""
    for sides in itertools.product((np.floor, np.ceil), repeat=len(at)):
        yield values[tuple(side(axis).astype(np.intp) for side, axis in zip(sides, at, strict=True))]
