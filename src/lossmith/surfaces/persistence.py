"""The minima of sampled values and how deep each is: persistence, by which a basin is told from a dent."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Cell = tuple[int, ...]

ROUNDINGS = 64  # of a value; what is smaller says nothing


@dataclass(frozen=True, kw_only=True)
class Minimum:
    """A dip in a line or a plane.

    Attributes:
        value: at its bottom.
        depth: how far the loss has to rise before a lower minimum can be reached (Edelsbrunner et al., 2002,
            *Topological persistence and simplification*); of the lowest, up to the highest value that there is.
        cell: where in the array its bottom is.
        is_at_edge: whether that is on the border, so that the true bottom may lie outside.
    """

    value: float
    depth: float
    cell: Cell
    is_at_edge: bool


def minima(values: Values) -> tuple[Minimum, ...]:
    """All minima that are deeper than rounding makes them, the deepest first.

    Cells with a side or a corner in common are neighbours. What is not finite belongs to nothing and joins nothing.
    """
    step = ROUNDINGS * resolution(values)
    dips = [
        Minimum(
            value=float(values[bottom]),
            depth=height - float(values[bottom]),
            cell=bottom,
            is_at_edge=any(n in (0, size - 1) for n, size in zip(bottom, values.shape, strict=True)),
        )
        for bottom, height in _basins(values)
        if height - values[bottom] > step * max(abs(height), abs(values[bottom]))
    ]
    return tuple(sorted(dips, key=lambda dip: -dip.depth))


def resolution(values: Values) -> float:
    """The spacing of the numbers beside 1 in the precision in which the values were computed."""
    finite = values[np.isfinite(values)]
    with np.errstate(over="ignore"):
        is_single = bool((finite.astype(np.float32) == finite).all())
    return float(np.finfo(np.float32 if is_single else np.float64).eps)


def _basins(values: Values) -> Iterator[tuple[Cell, float]]:
    """Each bottom, and the height at which its basin flows into one with a lower bottom (of the lowest: the top).

    Water rises: cells come in the order of their values. One without a wet neighbour is a bottom; one between several
    basins joins them.
    """
    offsets = [offset for offset in itertools.product((-1, 0, 1), repeat=values.ndim) if any(offset)]
    bottom_of: dict[Cell, Cell] = {}  # a lower cell of the same basin, the bottom of itself

    def bottom(cell: Cell) -> Cell:
        while bottom_of[cell] != cell:
            bottom_of[cell] = bottom_of[bottom_of[cell]]  # halves the way for the next one who asks
            cell = bottom_of[cell]
        return cell

    order = [tuple(map(int, cell)) for cell in np.argwhere(np.isfinite(values))]
    order.sort(key=lambda cell: values[cell])
    for cell in order:
        around = [tuple(n + step for n, step in zip(cell, offset, strict=True)) for offset in offsets]
        met = sorted({bottom(each) for each in around if each in bottom_of}, key=lambda each: (values[each], each))
        bottom_of[cell] = met[0] if met else cell
        for other in met[1:]:
            bottom_of[other] = met[0]
            yield other, float(values[cell])
    for cell, lower in bottom_of.items():
        if cell == lower:
            yield cell, float(values[order[-1]])
