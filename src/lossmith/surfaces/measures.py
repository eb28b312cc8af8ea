"""What is good or bad about a surface, as numbers: of sampled values alone, whatever they are of."""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lossmith.surfaces.persistence import ROUNDINGS, Minimum, Values, minima, resolution
from lossmith.surfaces.rolling import success

LITTLE = 0.01  # of the range: what a flat slope adds up to over the slice; how near the lowest value is there
# of the chords by which a cell is judged: in any quarter turn there are eight, so that none lies far from one of them
DIRECTIONS = tuple((a, b) for a in range(4) for b in range(-3, 4) if math.gcd(a, b) == 1 and (a > 0 or b == 1))
BASIN = 0.1  # of the range above the lowest value: how high the basin is filled whose width is measured


@dataclass(frozen=True, kw_only=True)
class Measures:
    """How good a line or a plane is to descend.

    None of these changes when the loss is multiplied by a number or shifted, so that losses with different units can
    be told apart by them; ``width`` depends on the units of the coordinates, ``success`` on how those of one axis
    compare with the other's.

    Attributes:
        minima: all dips, the deepest first, those at the edge among them.
        convex: the share of the area in which the loss curves upwards, in each of sixteen directions of a plane. A
            convex function has 1, on any grid; a weak downward curve beside a strong upward one may be missed.
        flat: the share with next to no slope: with this slope all over, the loss would change by less than 1 % of its
            range on the way across.
        predictiveness: the mean cosine between the gradient at a cell and the gradient one cell further downhill
            (after Santurkar et al., 2018): 1 where a step finds what the gradient promised, 0 where it finds anything.
        reach: the share of starts from which steepest descent, from cell to cell, ends at no more than 1 % of the range
            above the lowest value: where the ground leads, however long it takes.
        success: the share of starts from which a thousand steps of plain gradient descent come as low, with the rate 1
            over the sharpest curvature of the slice: fewer than ``reach`` where plains or long valleys take longer.
        trap: the depth of the deepest other minimum, as a share of the range; 0 where there is none.
        width: of the lowest basin, filled to a tenth of the range: its length on a line; on a plane the diameter of a
            disc of its area.
        holes: the share of the area that is NaN or infinite, and of which nothing else here speaks.
    """

    minima: tuple[Minimum, ...]
    convex: float
    flat: float
    predictiveness: float
    reach: float
    success: float
    trap: float
    width: float
    holes: float

    @property
    def count(self) -> int:
        """The minima whose bottom is inside of the slice."""
        return sum(not each.is_at_edge for each in self.minima)

    def numbers(self) -> dict[str, float]:
        """All that is a number, by name; NaN where a measure has nothing to speak of."""
        shares = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)[1:]}
        return {"minima": float(self.count), **shares}


def measures(values: Values, coordinates: Sequence[NDArray[np.float64]]) -> Measures:
    """The measures of values over evenly spaced coordinates.

    Args:
        values: shape (A,) or (A, B); what is NaN or infinite is a hole.
        coordinates: one array for each axis, of its length.

    Example:
        >>> import numpy as np
        >>> line = np.linspace(-1, 1, 101)
        >>> found = measures(line**2, [line])
        >>> found.count, found.convex, found.reach, round(found.width, 2)
        (1, 1.0, 1.0, 0.62)
    """
    values = np.asarray(values, dtype=np.float64)
    filled = np.where(np.isfinite(values), values, np.nan)
    holes = float(np.isnan(filled).mean())
    if holes == 1:
        nothing = math.nan
        return Measures(minima=(), convex=nothing, flat=nothing, predictiveness=nothing, reach=nothing,
                        success=nothing, trap=nothing, width=nothing, holes=holes)  # fmt: skip
    dips = minima(values)
    bottom = np.unravel_index(np.nanargmin(filled), values.shape)
    height = float(np.nanmax(filled) - filled[bottom])
    level = float(filled[bottom]) + LITTLE * height
    others = [dip.depth for dip in dips if dip.cell != bottom]
    slopes = _slopes(filled)
    return Measures(
        minima=dips,
        convex=_convex(filled),
        flat=_flat(slopes, height),
        predictiveness=_predictiveness(slopes),
        reach=_reach(filled, level),
        success=success(filled, slopes, coordinates, level),
        trap=max(others) / height if others else 0.0,
        width=_width(filled, bottom, height, coordinates),
        holes=holes,
    )


def barrier(values: Values, coordinates: NDArray[np.float64]) -> float:
    """How far the loss rises above the straight line between its values at 0 and at 1 (Entezari et al., 2022).

    0 where two solutions are linearly connected; infinite or NaN where there is a hole between them.
    """
    inside = (coordinates >= 0) & (coordinates <= 1)
    way, heights = coordinates[inside], values[inside]
    if not np.isfinite(heights).all():
        return math.nan if np.isnan(heights).any() else math.inf
    return float((heights - ((1 - way) * heights[0] + way * heights[-1])).max())


def _convex(filled: Values) -> float:
    """A cell is convex where it lies above no chord near it: that holds of a convex function on any grid."""
    reach = max(map(max, DIRECTIONS))
    wide = np.pad(filled, reach, constant_values=np.nan)

    def near(*offset: int) -> Values:
        return wide[tuple(slice(reach + n, reach + n + size) for n, size in zip(offset, filled.shape, strict=True))]

    directions = DIRECTIONS if filled.ndim == 2 else ((1,),)
    ends = [(near(*direction), near(*(-n for n in direction))) for direction in directions]
    largest = np.fmax.reduce([np.abs(end) for pair in ends for end in pair])
    is_known, is_convex = np.ones((2, *filled.shape), dtype=bool)
    for direction, (one, other) in zip(directions, ends, strict=True):
        bend = one + other - 2 * filled
        is_convex &= ~(bend < -ROUNDINGS * resolution(filled) * largest)
        is_known &= np.isfinite(bend) | (max(direction) > 1)  # a longer chord may leave the slice
    return float(is_convex[is_known].mean()) if is_known.any() else math.nan


def _slopes(filled: Values) -> Values:
    """The gradient by cells, shape (dimensions, …)."""
    return np.stack([np.asarray(np.gradient(filled, axis=axis)) for axis in range(filled.ndim)])


def _flat(slopes: Values, height: float) -> float:
    ways = [size - 1 for size in slopes.shape[1:]]
    rise = np.sqrt(sum((slope * way) ** 2 for slope, way in zip(slopes, ways, strict=True)))
    known = rise[np.isfinite(rise)]
    return float((known <= LITTLE * height).mean()) if known.size else math.nan


def _predictiveness(slopes: Values) -> float:
    """The neighbour downhill is the one of the eight (or two) to which minus the gradient points."""
    size = np.linalg.norm(slopes, axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        towards = np.rint(-slopes / np.abs(slopes).max(axis=0))
    start = np.argwhere(np.isfinite(towards).all(axis=0))
    end = start + towards[(slice(None), *start.T)].T.astype(int)
    is_inside = ((end >= 0) & (end < size.shape)).all(axis=1)
    at, there = ((slice(None), *each[is_inside].T) for each in (start, end))
    products = (slopes[at] * slopes[there]).sum(axis=0)
    lengths = size[at[1:]] * size[there[1:]]
    known = np.isfinite(products) & (lengths > 0)
    return float((products[known] / lengths[known]).mean()) if known.any() else math.nan


def _reach(filled: Values, level: float) -> float:
    """Each cell falls to the neighbour with the steepest way down until there is none."""
    offsets = [offset for offset in itertools.product((-1, 0, 1), repeat=filled.ndim) if any(offset)]
    numbers = np.arange(filled.size).reshape(filled.shape)
    heights, names = np.pad(filled, 1, constant_values=np.nan), np.pad(numbers, 1)
    steepest, falls_to = np.zeros(filled.shape), numbers.copy()
    for offset in offsets:
        there = tuple(slice(1 + n, 1 + n + size) for n, size in zip(offset, filled.shape, strict=True))
        descent = np.nan_to_num((filled - heights[there]) / math.hypot(*offset), nan=0.0)
        is_steeper = descent > steepest
        steepest[is_steeper] = descent[is_steeper]
        falls_to[is_steeper] = names[there][is_steeper]
    ends = falls_to.ravel()
    while (further := ends[ends]).tolist() != ends.tolist():
        ends = further
    reached = filled.ravel()[ends]
    return float((reached[np.isfinite(reached)] <= level).mean())


def _width(
    filled: Values, bottom: tuple[np.intp, ...], height: float, coordinates: Sequence[NDArray[np.float64]]
) -> float:
    from scipy.ndimage import label

    lakes, _ = label(filled <= filled[bottom] + BASIN * height, structure=np.ones((3,) * filled.ndim))
    size = float((lakes == lakes[bottom]).sum()) * math.prod(float(line[1] - line[0]) for line in coordinates)
    return size if filled.ndim == 1 else 2 * math.sqrt(size / math.pi)
