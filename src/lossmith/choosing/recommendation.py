"""One entry of a ranking: a loss, why it, and what it estimates."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np

from lossmith.criterion import Criterion
from lossmith.loss import Loss

_ESTIMATES = {
    "mean": "the mean",
    "median": "the median",
    "centre": "a centre between median and mean",
    "deepest centre": "the best of several centres",
    "mode": "the mode, where targets lie densest",
    "quantile": "a quantile",
    "probability": "the probability",
    "probability, reweighted": "a probability shifted towards the heavier class",
    "probability, smoothed": "a probability pulled towards an even one",
    "majority label": "the more probable label, no probability",
    "order of probabilities": "the order of the probabilities, not themselves",
    "nothing": "nothing of its own",
}


@dataclass(frozen=True, kw_only=True)
class Recommendation:
    """A loss that is worth considering.

    Args:
        loss: configured, for a real target that is standardised by its mean and standard deviation.
        reason: one or two sentences, with the numbers that speak for or against it.
        estimates: what its best prediction is, in words.
        rows: how many rows it needs for each one that MSE needs for the same precision, where that was measured.
        off_mean: how far its predictions lie above the mean (below, where negative) in the target's unit, where the
            errors are so skewed that this is sure; ``None`` elsewhere.
        class_weight: what a row of each class counts, n / (C·n_k): the "balanced" convention, as scikit-learn's.
    """

    loss: Loss
    reason: str
    estimates: str = ""
    rows: float | None = None
    off_mean: float | None = None
    class_weight: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        if not self.estimates:
            elicited = self.loss.traits.elicits
            object.__setattr__(self, "estimates", _ESTIMATES.get(elicited, f"the {elicited}"))

    def criterion(self) -> Criterion:
        """The loss as a module of torch, with its class weights."""
        if self.class_weight is None:
            return Criterion(self.loss)
        return Criterion(self.loss, class_weight=np.array(self.class_weight, dtype=np.float32))

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "loss": self.loss.name,
            "repr": repr(self.loss),
            "parameters": {field.name: getattr(self.loss, field.name) for field in dataclasses.fields(self.loss)},
            "estimates": self.estimates,
            "reason": self.reason,
            "rows": self.rows,
            "off_mean": self.off_mean,
            "class_weight": None if self.class_weight is None else list(self.class_weight),
        }
