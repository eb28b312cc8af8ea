"""The surface of a loss as a function of two numbers: without any network, with a single unit, in a network's plane."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from lossmith.arrays import Array, tensor_of
from lossmith.errors import ParameterError, ShapeError
from lossmith.models import untouched
from lossmith.surfaces.objective import LossCall, Objective
from lossmith.surfaces.surface import Directions, Surface, check_grid, slice_of

_STEPS = 51  # of the surface whose middle and span a plane between solutions has


@dataclass(frozen=True, kw_only=True)
class Landscape:
    """A height over two numbers, on which a :func:`descend` can be rolled.

    Attributes:
        height: of a float64 tensor of shape (2,), a differentiable scalar.
        axes: what the two numbers are.
        centre: the middle of what is shown.
        span: how far is shown from there, along both axes.

    Example:
        >>> import torch, lossmith as lm
        >>> from lossmith.surfaces import Landscape
        >>> x, y = torch.tensor([[-2.0], [0.5], [1.0]]), torch.tensor([0, 1, 1])
        >>> cross_entropy = Landscape.over_weights(lm.BinaryCrossEntropy(), x, y)
        >>> cross_entropy.surface(steps=31).measures().convex
        1.0
    """

    height: Callable[[Tensor], Tensor]
    axes: tuple[str, str]
    centre: tuple[float, float] = (0.0, 0.0)
    span: float = 5.0

    @classmethod
    def over_prediction(cls, loss: LossCall, *, span: float = 3.0) -> Landscape:
        """The loss of one element over its prediction and its target. Descents move the prediction alone."""

        def height(point: Tensor) -> Tensor:
            value: Tensor = loss(point[:1], point[1:].detach())
            return value

        return cls(height=height, axes=("prediction", "target"), span=span)

    @classmethod
    def over_logits(cls, loss: LossCall, *, label: int = 0, span: float = 5.0) -> Landscape:
        """The loss of one row over its two logits; ``label`` is the true class, 0 or 1."""

        def height(point: Tensor) -> Tensor:
            value: Tensor = loss(point[None], torch.tensor([label]))
            return value

        return cls(height=height, axes=("logit of class 0", "logit of class 1"), span=span)

    @classmethod
    def over_weights(
        cls,
        loss: LossCall,
        features: Array,
        target: Array,
        *,
        activation: Callable[[Tensor], Tensor] | None = None,
        span: float = 5.0,
    ) -> Landscape:
        """The mean loss of data over the two weights of a single unit.

        Args:
            loss: of the unit's output and the target.
            features: shape (N, 2): a weight for each column; or (N, 1) or (N,): a weight and a bias.
            target: as the loss takes it, shape (N,); real numbers become float64.
            activation: ``torch.sigmoid`` for a sigmoid unit; None for a linear one.
            span: how far is shown around weights of 0.

        Raises:
            ShapeError: the features have other than one or two columns.
        """
        columns = tensor_of(features, "features").double()
        columns = columns[:, None] if columns.dim() == 1 else columns
        if columns.dim() != 2 or columns.shape[1] not in (1, 2):
            raise ShapeError(f"features have shape {tuple(columns.shape)}; two weights need one column or two")
        has_bias = columns.shape[1] == 1
        inputs = torch.cat([columns, torch.ones_like(columns)], 1) if has_bias else columns
        labels = tensor_of(target, "target")
        labels = labels.double() if labels.is_floating_point() else labels

        def height(point: Tensor) -> Tensor:
            score = inputs @ point
            value: Tensor = loss(score if activation is None else activation(score), labels)
            return value

        return cls(height=height, axes=("weight", "bias") if has_bias else ("weight 1", "weight 2"), span=span)

    @classmethod
    def over_plane(
        cls,
        model: nn.Module,
        loss: LossCall,
        inputs: Any,
        target: Any,
        *,
        span: float = 1.0,
        directions: Directions = "random",
        seed: int = 0,
        batch_size: int | None = None,
    ) -> Landscape:
        """The loss of a network over a plane through its parameters, with the coordinates of :func:`lossmith.surface`.

        Heights are those of the surface to the last bit, slopes the whole gradient by the parameters, projected on the
        two directions: a descent never leaves the plane. The model is left as it was; who trains it on moves the plane.

        Args:
            model: as for :func:`lossmith.surface`, like all that is named here.
            loss: see there.
            inputs: see there.
            target: see there.
            span: see there.
            directions: see there.
            seed: see there.
            batch_size: see there.

        Raises:
            LossmithError: as there, and where the directions make a line.

        Example:
            >>> import torch, lossmith as lm
            >>> from lossmith.surfaces import Landscape, descend
            >>> model, inputs, target = torch.nn.Linear(2, 1), torch.randn(64, 2), torch.randn(64, 1)
            >>> plane = Landscape.over_plane(model, lm.MSE(), inputs, target)
            >>> way = descend(plane, (1.0, -1.0), torch.optim.Adam, lr=0.1, steps=50)
            >>> way.values[-1] < way.values[0]
            np.True_
        """
        with untouched(model):
            objective = Objective(model, loss, inputs, target, batch_size)
            plane = slice_of(objective, directions, _STEPS, span, 2, seed)
        if len(plane.axes) != 2:
            raise ParameterError("these directions make a line; give two of them, or a Trajectory of two dimensions")

        def height(point: Tensor) -> Tensor:
            with untouched(model):
                here = plane.at(*point.tolist())
                value = objective.value(here)
                if not (point.requires_grad and torch.is_grad_enabled()):
                    return point.new_tensor(value)
                slope = plane.slope(objective.gradient(here)) if math.isfinite(value) else [0.0, 0.0]
            return value + (point.new_tensor(slope) * (point - point.detach())).sum()

        low, high = ([line[end] for line in plane.coordinates] for end in (0, -1))
        return cls(
            height=height,
            axes=(plane.axes[0], plane.axes[1]),
            centre=((low[0] + high[0]) / 2, (low[1] + high[1]) / 2),
            span=max(high[0] - low[0], high[1] - low[1]) / 2,
        )

    def surface(self, steps: int = 51) -> Surface:
        """The values over a grid around the centre."""
        check_grid(steps, self.span)
        half = steps // 2
        lines = tuple(middle + self.span * (np.arange(-half, half + 1) / half) for middle in self.centre)
        with torch.no_grad():
            values = [
                [float(self.height(torch.tensor([a, b], dtype=torch.float64))) for b in lines[1]] for a in lines[0]
            ]
        return Surface(values=np.array(values), coordinates=lines, axes=self.axes, marks=np.zeros((0, 2)))
