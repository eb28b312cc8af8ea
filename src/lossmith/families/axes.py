"""One row of predictions, one loss: functions of all predictions along an axis, which act together."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from lossmith import constants
from lossmith.call import Aligned, Batch, Elements, Given, Options
from lossmith.errors import DefinitionError, LossmithError, ShapeError
from lossmith.families.classes import OverClasses, distribution
from lossmith.kernels import pointwise
from lossmith.layouts import class_axis
from lossmith.targets import MULTI_LABEL


@dataclass(frozen=True, kw_only=True)
class Axiswise(OverClasses):
    """f(all predictions along one axis, target): an ordinary differentiable function of torch, for what is no sum.

    What the target's coding says decides its shape: a label, the prediction's shape without that axis; a row over the
    classes, the prediction's shape; and where ``HAS_CLASSES`` is False (the axis holds quantiles, or members of an
    ensemble), one number, the prediction's shape without that axis. The unreduced loss has the shape without the axis.

    A loss that can also be computed from probabilities or log-probabilities defines ``function_of_probability`` or
    ``function_of_log_probability``. Slopes at ties and at an exact fit must be finite.
    """

    FORMULAS: ClassVar[dict[Given, str]] = {
        "scores": "function",
        "probabilities": "function_of_probability",
        "log_probabilities": "function_of_log_probability",
    }
    LATEX: ClassVar[str] = r"\ell\left(x, t\right)"
    NOTATION: ClassVar[str] = "ℓ(x, t)"

    @abstractmethod
    def function(self, prediction: Tensor, target: Tensor) -> Tensor:
        """The losses, shape (…), of predictions (…, K) and targets: labels (…), rows (…, K) or numbers (…)."""

    def _align(self, prediction: Tensor, target: Tensor, axis: int | None) -> Aligned:
        if self.HAS_CLASSES:
            return super()._align(prediction, target, axis)
        moved = prediction.movedim(class_axis(prediction, axis), -1)
        if moved.shape[:-1] != target.shape:
            raise ShapeError(
                f"prediction has shape {tuple(prediction.shape)}, target {tuple(target.shape)}; {type(self).__name__} "
                f"reads several predictions of one number: a target of shape {tuple(moved.shape[:-1])}, or say axis="
            )
        return Aligned(moved, target, target.shape)

    def _check_options(self, options: Options) -> None:
        super()._check_options(options)
        if options.get("class_weight") is not None and self._target_coding() is MULTI_LABEL:
            raise LossmithError(
                f"{type(self).__name__} sees all labels of a sample at once, so class_weight= means nothing here; for "
                "weights of samples write weight="
            )

    def _elements(self, batch: Batch) -> Elements:
        target, outside = self._labels(batch) if batch.is_index else (self._read_row(batch), None)
        losses = self._losses(batch, target)
        if losses.shape != batch.prediction.shape[:-1]:
            raise DefinitionError(
                f"{type(self).__qualname__}.function returns shape {tuple(losses.shape)}; one loss for each row is "
                f"expected, shape {tuple(batch.prediction.shape[:-1])}: reduce over the last axis"
            )
        losses = spoil(losses, batch.prediction, _spoilt(batch, outside))
        if batch.class_weight is None:
            return Elements(losses)
        w = batch.class_weight
        counts = w[target] if batch.is_index else (w * self._distribution(batch)).sum(-1)
        return Elements(pointwise.times(counts, losses), counts)

    def _losses(self, batch: Batch, target: Tensor) -> Tensor:
        """The losses of the rows, by the function of what was given."""
        losses: Tensor = getattr(self, self.FORMULAS[batch.given])(batch.prediction, target)
        return losses

    def _read_row(self, batch: Batch) -> Tensor:
        """What the function is given as a row of targets: probabilities, unless a loss reads something else of them."""
        return self._distribution(batch)

    def _distribution(self, batch: Batch) -> Tensor:
        """A target that may be given in several ways, as probabilities."""
        return distribution(batch.target, batch.target_given)[0] if len(self.TARGET_GIVEN) > 1 else batch.target

    def _best_constant(self, targets: Tensor, weights: Tensor | None) -> Tensor:
        if self.HAS_CLASSES:
            return super()._best_constant(targets, weights)
        (count,), _ = self._sample(targets.flatten()[0])
        return constants.foot(
            lambda c: self(c.expand(*targets.shape, count), targets.to(torch.float64), weight=weights),
            targets.to(torch.float64).mean() + torch.linspace(-1, 1, count, dtype=torch.float64),
        )


def _spoilt(batch: Batch, outside: Tensor | None) -> Tensor:
    """Where a row holds a NaN, or its label is out of range: a maximum or a clamp would swallow it."""
    spoilt = batch.prediction.isnan().any(-1)
    if outside is not None:
        return spoilt | outside
    if batch.is_index:
        return spoilt
    missing = batch.target.isnan()
    return spoilt | (missing.any(-1) if missing.dim() > spoilt.dim() else missing)


def spoil(losses: Tensor, prediction: Tensor, spoilt: Tensor) -> Tensor:
    """NaN for the rows that are spoilt, and for all their slopes and curvatures, also where a function is flat."""
    held = torch.where(spoilt.unsqueeze(-1), prediction, 0)
    return torch.where(spoilt, torch.nan * (held * held).sum(-1), losses)
