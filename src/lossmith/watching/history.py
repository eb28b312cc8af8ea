"""What was seen of a training: a loss for each step, and for some steps a sample of all layers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Layers:
    """The layers that hold parameters of their own, in the order in which the model runs them.

    Attributes:
        names: as ``named_modules`` has them; the model itself is ``"model"``.
        sizes: how many parameters each has.
        has_matrix: whether one of them is a matrix or more, so that the layer mixes its inputs.
    """

    names: tuple[str, ...]
    sizes: tuple[int, ...]
    has_matrix: tuple[bool, ...]


@dataclass(frozen=True)
class Sample:
    """The layers at one step; NaN where nothing was known.

    Attributes:
        step: counted from 1.
        layers: those that there were.
        gradients: the norm of each layer's gradient.
        updates: the norm of what the optimiser added to each layer over the norm of what it was.
        weights: the norm of each layer's parameters before that.
        dead: of each activation that cuts off, the share of units that were 0 in each row of the last batches.
        looks: how many batches these shares are taken from.
    """

    step: int
    layers: Layers
    gradients: Floats
    updates: Floats
    weights: Floats
    dead: Mapping[str, float]
    looks: int

    @property
    def through_depth(self) -> Floats:
        """The root mean square of each layer's gradient, where it mixes its inputs and is known, in order."""
        chosen = np.array(self.layers.has_matrix, dtype=bool) & ~np.isnan(self.gradients)
        return np.asarray((self.gradients / np.sqrt(self.layers.sizes))[chosen])

    @property
    def gradient(self) -> float:
        """The norm of the gradient of all layers together."""
        return float(np.sqrt(np.nansum(self.gradients**2)))

    @property
    def update(self) -> float:
        """The median of the ratios of the layers that mix their inputs; NaN where none is known."""
        known = self.updates[np.array(self.layers.has_matrix, dtype=bool) & np.isfinite(self.updates)]
        return float(np.median(known)) if known.size else float("nan")


@dataclass
class History:
    """All that was seen, as plain arrays.

    Attributes:
        losses: of each step, the first at index 0.
        samples: of some steps, the layers.
        floor: the least that the loss can be; None where it is not known, or has none.
    """

    losses: list[float] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    floor: float | None = None

    @property
    def steps(self) -> NDArray[np.int64]:
        """The steps that were sampled, counted from 1."""
        return np.array([sample.step for sample in self.samples], dtype=np.int64)

    @property
    def layers(self) -> tuple[str, ...]:
        """All layers, those that came later last."""
        return tuple(dict.fromkeys(name for sample in self.samples for name in sample.layers.names))

    @property
    def gradient_norms(self) -> Floats:
        """Of each sampled step (rows) and layer (columns); NaN where a layer had no gradient."""
        return self._table("gradients")

    @property
    def update_ratios(self) -> Floats:
        """‖what a step added‖ / ‖what was there‖ by sampled step and layer; NaN where no optimiser was seen."""
        return self._table("updates")

    @property
    def activations(self) -> tuple[str, ...]:
        """All places where units cut off, by the module in which they do."""
        return tuple(dict.fromkeys(name for sample in self.samples for name in sample.dead))

    @property
    def dead_shares(self) -> Floats:
        """The share of dead units by sampled step and activation."""
        names = self.activations
        rows = [[sample.dead.get(name, np.nan) for name in names] for sample in self.samples]
        return np.array(rows, dtype=np.float64).reshape(len(self.samples), len(names))

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain values; what is not a finite number becomes None, as JSON has no other word for it."""
        return {
            "losses": _plain(np.array(self.losses)),
            "steps": self.steps.tolist(),
            "layers": list(self.layers),
            "gradient_norms": _plain(self.gradient_norms),
            "update_ratios": _plain(self.update_ratios),
            "activations": list(self.activations),
            "dead_shares": _plain(self.dead_shares),
        }

    def _table(self, what: str) -> Floats:
        column = {name: n for n, name in enumerate(self.layers)}
        table = np.full((len(self.samples), len(column)), np.nan)
        for row, sample in zip(table, self.samples, strict=True):
            row[[column[name] for name in sample.layers.names]] = getattr(sample, what)
        return table


def _plain(array: Floats) -> Any:
    plain = array.astype(object)
    plain[~np.isfinite(array)] = None
    return plain.tolist()
