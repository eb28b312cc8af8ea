"""Measures over several random planes, with their spread: one plane alone hides curvature."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import nn

from lossmith.errors import ParameterError
from lossmith.surfaces.measures import Measures
from lossmith.surfaces.objective import LossCall
from lossmith.surfaces.surface import Progress, Surface, surface


@dataclass(frozen=True, kw_only=True)
class Spread:
    """A measure over several planes."""

    median: float
    least: float
    greatest: float

    def __str__(self) -> str:
        """Median and range, to two digits behind the point; a range of nothing is left out, NaN is a dash."""
        if math.isnan(self.median):
            return "–"
        low, middle, high = (f"{value:.2f}" for value in (self.least, self.median, self.greatest))
        return middle if low == high else f"{middle} ({low} to {high})"


@dataclass(frozen=True, kw_only=True, eq=False)
class Survey:
    """Several random planes through the same network.

    Attributes:
        planes: the surfaces.
        measures: of each.
    """

    planes: tuple[Surface, ...]
    measures: tuple[Measures, ...]

    @property
    def spread(self) -> Mapping[str, Spread]:
        """Median and range of each measure, by name; planes of which a measure says nothing (NaN) are left out."""
        numbers = [found.numbers() for found in self.measures]
        return {name: _spread([each[name] for each in numbers]) for name in numbers[0]}


def _spread(values: list[float]) -> Spread:
    known = [value for value in values if not math.isnan(value)] or [math.nan]
    return Spread(median=float(np.median(known)), least=min(known), greatest=max(known))


def survey(
    model: nn.Module,
    loss: LossCall,
    inputs: Any,
    target: Any,
    *,
    planes: int = 5,
    steps: int = 51,
    span: float = 1.0,
    seed: int = 0,
    batch_size: int | None = None,
    progress: Progress | None = None,
) -> Survey:
    """Measure the surface over several random planes.

    Args:
        model: as for :func:`lossmith.surface`, like all that is not named here.
        loss: see there.
        inputs: see there.
        target: see there.
        planes: how many, each with directions of its own; 5 at least tell a property of the loss from one of a plane.
        steps: see there.
        span: see there.
        seed: of the first plane; the others have the numbers that follow.
        batch_size: see there.
        progress: see there; it is called once for each plane.

    Returns:
        The planes, the measures of each, and their spread.

    Example:
        >>> import torch, lossmith as lm
        >>> from lossmith.surfaces import survey
        >>> model = torch.nn.Linear(3, 1)
        >>> inputs = torch.randn(50, 3)
        >>> found = survey(model, lm.MSE(), inputs, inputs.sum(1, keepdim=True), planes=3, steps=11)
        >>> found.spread["convex"]  # MSE of a linear network
        Spread(median=1.0, least=1.0, greatest=1.0)
    """
    if planes < 1:
        raise ParameterError(f"planes={planes}: a whole number from 1 is expected")
    found = tuple(
        surface(
            model,
            loss,
            inputs,
            target,
            steps=steps,
            span=span,
            seed=seed + n,
            batch_size=batch_size,
            progress=progress,
        )
        for n in range(planes)
    )
    return Survey(planes=found, measures=tuple(plane.measures() for plane in found))
