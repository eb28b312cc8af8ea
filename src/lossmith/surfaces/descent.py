"""Optimisers rolled down a landscape, and their ways recorded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from lossmith.errors import ParameterError
from lossmith.surfaces.landscape import Landscape


@dataclass(frozen=True, kw_only=True, eq=False)
class Descent:
    """The way of one optimiser.

    Attributes:
        name: what was rolled.
        points: shape (steps + 1, 2), the start first; it ends where the height is not finite any more.
        values: the heights there, shape (steps + 1,).
    """

    name: str
    points: NDArray[np.float64]
    values: NDArray[np.float64]

    @property
    def has_diverged(self) -> bool:
        """Whether it met a NaN or an infinity."""
        return not bool(np.isfinite(self.values[-1]))


def descend(
    landscape: Landscape,
    start: Sequence[float],
    optimizer: Callable[..., torch.optim.Optimizer] = torch.optim.SGD,
    *,
    steps: int = 100,
    **options: Any,
) -> Descent:
    """Roll an optimiser down from a start.

    Args:
        landscape: the height.
        start: two numbers.
        optimizer: any of torch's, or what makes one of a list of tensors and the options.
        steps: how many.
        **options: of the optimiser: ``lr=0.1, momentum=0.9``.

    Returns:
        All points on the way, with their heights.

    Example:
        >>> import torch, lossmith as lm
        >>> from lossmith.surfaces import Landscape, descend
        >>> bowl = Landscape(height=lambda at: (at**2).sum(), axes=("x", "y"))
        >>> descend(bowl, (1.0, -2.0), lr=0.25, steps=2).points.tolist()
        [[1.0, -2.0], [0.5, -1.0], [0.25, -0.5]]
    """
    point = torch.tensor(start, dtype=torch.float64)
    if point.shape != (2,) or steps < 0:
        raise ParameterError(f"start={start}, steps={steps}: two numbers and a whole number from 0 are expected")
    point.requires_grad_()
    rolling = optimizer([point], **options)
    points, values = [], []

    def value() -> float:
        rolling.zero_grad()
        height = landscape.height(point)
        height.backward()
        return float(height.detach())

    for step in range(steps + 1):
        points.append(point.detach().numpy().copy())
        values.append(value())
        if step == steps or not np.isfinite(values[-1]):
            break
        rolling.step(value)
    name = getattr(optimizer, "__name__", type(optimizer).__name__)
    told = ", ".join(f"{option}={given}" for option, given in options.items())
    return Descent(name=f"{name}({told})", points=np.stack(points), values=np.array(values))
