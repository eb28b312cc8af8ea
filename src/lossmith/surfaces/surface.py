"""The surface of a loss around the parameters of a network."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from lossmith.errors import DataError, LossmithError, ParameterError
from lossmith.models import untouched
from lossmith.surfaces import directions as directions_of
from lossmith.surfaces.curvature import eigenvectors
from lossmith.surfaces.keeping import Kept
from lossmith.surfaces.measures import Measures, barrier, measures
from lossmith.surfaces.objective import LossCall, Objective
from lossmith.surfaces.slices import Between, Coordinates, Slice, Trajectory, around

Directions = Literal["random", "hessian", "gradient"] | Between | Trajectory | Sequence[Mapping[str, Tensor]]
Progress = Callable[[Sequence[tuple[int, ...]]], Iterable[tuple[int, ...]]]  # as tqdm.tqdm is


_ROUNDING = 1e-5  # by which another machine may compute the same value otherwise


@dataclass(frozen=True, kw_only=True, eq=False)
class Surface:
    """The values of a loss over a line or a plane.

    Attributes:
        values: shape (alphas,) or (alphas, betas), float64; NaN and infinity as they came.
        coordinates: of each dimension, ascending.
        axes: what each dimension is, in words.
        marks: coordinates of the model, the solutions or the points of a training run, shape (points, dimensions).
        explained: the share of the variance of a training run that each dimension has, for a ``Trajectory``.
    """

    values: NDArray[np.float64]
    coordinates: tuple[Coordinates, ...]
    axes: tuple[str, ...]
    marks: Coordinates
    explained: tuple[float, ...] | None = None

    @property
    def alphas(self) -> Coordinates:
        """The coordinates along the first axis of ``values``."""
        return self.coordinates[0]

    @property
    def betas(self) -> Coordinates:
        """The coordinates along the second axis of ``values``."""
        if len(self.coordinates) == 1:
            raise LossmithError("this surface is a line: it has alphas alone")
        return self.coordinates[1]

    @property
    def centre(self) -> float:
        """The value at coordinates of 0: the model's own.

        Raises:
            LossmithError: 0 is not on the grid of a landscape with another centre.
        """
        at = [np.flatnonzero(line == 0) for line in self.coordinates]
        if not all(len(found) for found in at):
            raise LossmithError("the coordinates of this surface do not hold 0; read values where you need them")
        return float(self.values[tuple(int(found[0]) for found in at)])

    @property
    def holes(self) -> NDArray[np.bool_]:
        """Where the loss is NaN or infinite; of the shape of ``values``."""
        return ~np.isfinite(self.values)

    def measures(self) -> Measures:
        """What is good or bad about this slice; :func:`lossmith.surfaces.survey` measures several random planes."""
        return measures(self.values, self.coordinates)

    def barrier(self) -> float:
        """How far the loss rises above the straight line between two solutions (Entezari et al., 2022).

        Raises:
            LossmithError: this is no line ``Between`` two solutions.
        """
        if self.marks.tolist() != [[0.0], [1.0]]:
            raise LossmithError("a barrier lies between two solutions; write directions=Between(other.state_dict())")
        return barrier(self.values, self.alphas)


def surface(
    model: nn.Module,
    loss: LossCall,
    inputs: Any,
    target: Any,
    *,
    steps: int = 51,
    span: float = 1.0,
    directions: Directions = "random",
    dimensions: int = 2,
    seed: int = 0,
    batch_size: int | None = None,
    keep: str | Path | None = None,
    progress: Progress | None = None,
) -> Surface:
    """The loss over a plane (or a line) through the trainable parameters of a model.

    The model is left as it was: parameters, buffers, gradients, modes, random numbers. It is evaluated in the mode in
    which it is: write ``model.eval()`` first if that is meant. The value at the centre is the model's loss to the last
    bit.

    Args:
        model: a module that was trained.
        loss: Lossmith's, torch's or any callable of the model's output and the target that gives a scalar.
        inputs: of the model: one, a tuple of several or a dict of named ones; tensors or NumPy arrays.
        target: as the loss takes it.
        steps: points along each axis, an odd number, so that the model is one of them.
        span: how far to go along each direction, to both sides; with random directions, 1 is as far as the network's
            own filters are long.
        directions: ``"random"`` (filter-normalised: Li et al., 2018), ``"hessian"`` (the top eigenvectors) or
            ``"gradient"``, both of length 1, :class:`Between` solutions, the components of a :class:`Trajectory`, or
            your own: one or two dicts of name and tensor.
        dimensions: 2 for a plane, 1 for a line; your own directions, ``Between`` and ``Trajectory`` have theirs.
        seed: of the random directions.
        batch_size: rows at once; all where it is None. The value is the mean of the batches, each counted by its
            rows, which is the loss of all rows where the loss is a mean over rows.
        keep: a file for the values while they are computed: after a stop, the same call goes on where it was.
        progress: what shows progress and the time left over a list while it passes its items on, such as
            ``rich.progress.track`` or ``tqdm.tqdm``.

    Returns:
        Values, coordinates and what the axes are.

    Raises:
        LossmithError: an even grid, a model without parameters that are trained, directions that lead nowhere, a loss
            that gives no scalar, a file that keeps something else.

    Example:
        >>> import torch, lossmith as lm
        >>> model = torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.ReLU(), torch.nn.Linear(8, 1))
        >>> inputs, target = torch.randn(64, 2), torch.randn(64, 1)
        >>> plane = lm.surface(model, lm.MSE(), inputs, target, steps=21)
        >>> plane.values.shape, plane.centre == lm.MSE()(model(inputs), target).item()
        ((21, 21), True)
    """
    check_grid(steps, span)
    if dimensions not in (1, 2):
        raise ParameterError(f"dimensions={dimensions}: write 1 for a line, 2 for a plane")
    with untouched(model):
        objective = Objective(model, loss, inputs, target, batch_size)
        where = slice_of(objective, directions, steps, span, dimensions, seed)
        return Surface(
            values=_evaluated(objective, where, keep, progress),
            coordinates=where.coordinates,
            axes=where.axes,
            marks=where.marks,
            explained=where.explained,
        )


def check_grid(steps: int, span: float) -> None:
    """Refuse a grid without a middle."""
    if not isinstance(steps, int) or steps < 3 or steps % 2 == 0:
        raise ParameterError(
            f"steps={steps}: an odd number from 3 is expected, so that the middle itself is on the grid; write steps=51"
        )
    if not 0 < span < math.inf:
        raise ParameterError(f"span={span}: a number above 0 is expected")


def slice_of(
    objective: Objective, directions: Directions, steps: int, span: float, dimensions: int, seed: int
) -> Slice:
    """Where a surface along these directions is."""
    if isinstance(directions, Between | Trajectory):
        return directions.slice(objective, steps, span)
    if directions == "random":
        found, axes = directions_of.random(objective, dimensions, seed), ["random direction", "another one"]
    elif directions == "gradient":
        found, axes = directions_of.gradient(objective, dimensions), ["gradient", "how the gradient turns"]
    elif directions == "hessian":
        found, eigenvalues = eigenvectors(objective, dimensions)
        axes = [f"eigenvector of {value:.4g}" for value in eigenvalues]
    elif isinstance(directions, str):
        raise ParameterError(f"directions={directions!r}: write 'random', 'hessian' or 'gradient', or give your own")
    else:
        found, axes = directions_of.own(objective, directions), ["first direction", "second direction"]
    return around(objective.parameters, found, axes[: len(found)], steps, span)


def _evaluated(
    objective: Objective, where: Slice, keep: str | Path | None, progress: Progress | None
) -> NDArray[np.float64]:
    shape = tuple(len(line) for line in where.coordinates)

    def value(point: tuple[int, ...]) -> float:
        at = (float(line[index]) for line, index in zip(where.coordinates, point, strict=True))
        return objective.value(where.at(*at))

    kept = Kept(shape, keep)
    for point in kept.ends():  # one may tell another model, loss or data, two another direction
        if not np.isclose(value(point), kept.values[point], rtol=_ROUNDING, atol=0, equal_nan=True):
            raise DataError(f"{keep} was begun with another model, loss, data or directions; give another path")
    points = [point for point in itertools.product(*map(range, shape)) if not kept.is_done[point]]
    with kept:
        for point in points if progress is None else progress(points):
            kept.put(point, value(point))
    return kept.values
