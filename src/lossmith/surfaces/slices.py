"""Where a surface is evaluated: a line or a plane through the space of the parameters, and the coordinates on it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lossmith.errors import ParameterError, ShapeError
from lossmith.surfaces.objective import Objective
from lossmith.surfaces.parameters import Parameters, combined, difference, dot
from lossmith.wording import listed

Coordinates = NDArray[np.float64]
State = Mapping[str, Tensor]  # as of state_dict(): what is no trainable parameter is not read


@dataclass(frozen=True, kw_only=True, eq=False)
class Slice:
    """The points w₀·a₀ + α·a₁ (+ β·a₂) of the anchors a.

    Attributes:
        anchors: one more than there are dimensions.
        is_affine: whether all anchors are points, and w₀ = 1 − α − β; else the first is one and the others are
            directions, and w₀ = 1.
        coordinates: of each dimension, ascending; 0 is among them.
        axes: what each dimension is, in words.
        marks: coordinates of the solutions, or of the recorded points of a training run, shape (points, dimensions).
        explained: the share of the variance of these that each dimension has, where that was asked.
    """

    anchors: tuple[Parameters, ...]
    is_affine: bool = False
    coordinates: tuple[Coordinates, ...]
    axes: tuple[str, ...]
    marks: Coordinates
    explained: tuple[float, ...] | None = None

    def at(self, *where: float) -> Parameters:
        """The parameters at these coordinates."""
        return combined(self.anchors, [1.0 - math.fsum(where) if self.is_affine else 1.0, *where])

    def slope(self, gradient: Parameters) -> list[float]:
        """By the coordinates, of what has this gradient by the parameters."""
        origin, *others = self.anchors
        at_origin = dot(gradient, origin) if self.is_affine else 0.0
        return [dot(gradient, other) - at_origin for other in others]


def around(origin: Parameters, directions: Sequence[Parameters], axes: Sequence[str], steps: int, span: float) -> Slice:
    """From −span to span along each direction, the origin in the middle."""
    half = steps // 2
    line = span * (np.arange(-half, half + 1) / half)
    dimensions = len(directions)
    return Slice(
        anchors=(origin, *directions),
        coordinates=(line,) * dimensions,
        axes=tuple(axes),
        marks=np.zeros((1, dimensions)),
    )


@dataclass(frozen=True, eq=False)
class Between:
    """The line from the model to another solution, or the plane through it and two others.

    The model is at 0; the others are at 1 of their own axis, to the last bit: at (1, 0) and (0, 1). The grid reaches
    beyond them by half their distance (by ``span`` times that).

    Args:
        *solutions: one or two state dicts of the same network, as ``other.state_dict()`` gives them.

    Example:
        >>> import torch, lossmith as lm
        >>> from lossmith.surfaces import Between
        >>> model, other = torch.nn.Linear(2, 1), torch.nn.Linear(2, 1)
        >>> inputs, target = torch.randn(64, 2), torch.randn(64, 1)
        >>> line = lm.surface(model, lm.MSE(), inputs, target, directions=Between(other.state_dict()))
        >>> line.values[line.alphas == 1].item() == lm.MSE()(other(inputs), target).item()
        True
    """

    solutions: tuple[State, ...]

    def __init__(self, *solutions: State) -> None:
        if len(solutions) not in (1, 2):
            raise ParameterError(f"Between: {len(solutions)} solutions were given besides the model; give one or two")
        object.__setattr__(self, "solutions", solutions)

    def slice(self, objective: Objective, steps: int, span: float) -> Slice:
        """The slice of the model of this objective."""
        anchors = (objective.parameters, *(_read(state, objective.parameters) for state in self.solutions))
        dimensions = len(self.solutions)
        return Slice(
            anchors=anchors,
            is_affine=True,
            coordinates=(_reaching(0.0, 1.0, steps, span),) * dimensions,
            axes=("towards the other solution",)
            if dimensions == 1
            else ("towards the second solution", "towards the third solution"),
            marks=np.eye(dimensions + 1)[:, 1:],
        )


@dataclass(frozen=True, eq=False)
class Trajectory:
    """The principal components of a training run: the plane (or the line) in which most of it happened.

    The components are those of the recorded points around their mean, and have length 1; the coordinates count from
    the model, which is meant to be the end of the run. They cover the run and beyond it by half of its extent
    (``span`` times that). What of the run lies outside of the plane, ``surface.explained`` says.

    Args:
        states: state dicts in the order in which they were recorded:
            ``states.append({name: p.detach().clone() for name, p in model.named_parameters()})``.
        dimensions: 1 or 2.
    """

    states: Sequence[State]
    dimensions: int = 2

    def slice(self, objective: Objective, steps: int, span: float) -> Slice:
        """The slice of the model of this objective."""
        origin = objective.parameters
        steps_taken = [difference(_read(state, origin), origin) for state in self.states]
        products = _products(steps_taken)
        components, explained = _components(steps_taken, products, self.dimensions)
        marks = products @ components
        directions = [combined(steps_taken, list(weights)) for weights in components.T]
        return Slice(
            anchors=(origin, *directions),
            coordinates=tuple(_reaching(min(0.0, m.min()), max(0.0, m.max()), steps, span) for m in marks.T),
            axes=tuple(f"component {k} ({share:.0%} of the variance)" for k, share in enumerate(explained, 1)),
            marks=marks,
            explained=explained,
        )


def _products(vectors: Sequence[Parameters]) -> Coordinates:
    """All inner products, tensor by tensor: the whole run is never one matrix."""
    total = np.zeros((len(vectors), len(vectors)))
    for name in vectors[0]:
        rows = torch.stack([vector[name].flatten().double() for vector in vectors])
        total += (rows @ rows.T).cpu().numpy()
    return total


def _components(
    vectors: Sequence[Parameters], products: Coordinates, dimensions: int
) -> tuple[Coordinates, tuple[float, ...]]:
    """Principal components as weights of the vectors, a column each, and their shares of the variance."""
    centring = np.eye(len(vectors)) - 1 / len(vectors)
    variances, weights = np.linalg.eigh(centring @ products @ centring)
    variances, weights = variances[::-1], weights[:, ::-1]
    rounding = 1e-12 * variances[0]
    if len(vectors) <= dimensions or variances[dimensions - 1] <= rounding or variances[0] <= 0:
        raise ParameterError(
            f"the run has {len(vectors)} recorded points that do not span {dimensions} dimensions; "
            "record more of them, or write dimensions=1"
        )
    components = centring @ weights[:, :dimensions] / np.sqrt(variances[:dimensions])
    shares = variances[:dimensions] / variances.clip(min=0).sum()
    return components, tuple(float(share) for share in shares)


def _reaching(low: float, high: float, steps: int, span: float) -> Coordinates:
    """``steps`` coordinates with even spacing, 0 among them, beyond both ends by about span/2 of their distance.

    Where ``low`` is 0, ``high`` is among them too, and the middle of both.
    """
    inner = 2 * max(1, round((steps - 1) / (1 + span) / 2))
    extent = high - low
    before = round((steps - 1 - inner) / 2 - low / extent * inner)
    return np.arange(-before, steps - before) * extent / inner


def _read(state: State, parameters: Parameters) -> Parameters:
    """The trainable parameters in a state dict."""
    if missing := [name for name in parameters if name not in state]:
        raise ParameterError(f"a solution has no {listed(missing)}; give the state_dict() of the same network")
    for name, value in parameters.items():
        if state[name].shape != value.shape:
            raise ShapeError(f"{name} has shape {tuple(state[name].shape)} in a solution, {tuple(value.shape)} here")
    return {name: state[name].detach().to(value) for name, value in parameters.items()}
