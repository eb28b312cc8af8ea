"""The one reducer: from the losses of the elements to a scalar."""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Real
from typing import Literal, TypeAlias

import numpy as np
import torch
from torch import Tensor

from lossmith.errors import LossmithError, ShapeError, WeightError
from lossmith.kernels.dispatch import may_read_values

Reduction: TypeAlias = Literal["mean", "sum", "none"]


@dataclass(frozen=True)
class Weighting:
    """What each element counts. ``present`` is False where an element is masked, ignored or of weight 0."""

    weight: Tensor | None
    present: Tensor | None

    def fill(self, values: Tensor, neutral: float) -> Tensor:
        """``values``, shape of the elements plus trailing axes, with ``neutral`` where the element is absent."""
        if self.present is None:
            return values
        present = self.present.reshape(self.present.shape + (1,) * (values.dim() - self.present.dim()))
        return torch.where(present, values, torch.tensor(neutral, dtype=values.dtype, device=values.device))


def weighting(
    shape: torch.Size,
    dtype: torch.dtype,
    weight: Tensor | None,
    mask: Tensor | None,
    kept: Tensor | None,
    called: str = "weight",
) -> Weighting:
    """Check weight and mask against the shape of the unreduced loss and join them.

    Args:
        shape: of the unreduced loss.
        dtype: of the computation.
        weight: sample weights, finite and not negative.
        mask: boolean, True where an element counts.
        kept: False where the target is the ``ignore_index``.
        called: the weight's name in the call.

    Raises:
        ShapeError: weight or mask has another shape.
        WeightError: a weight is negative or not finite, or the mask is not boolean.
    """
    for name, given in ((called, weight), ("mask", mask)):
        if given is not None and given.shape != shape:
            raise ShapeError(
                f"{name} has shape {tuple(given.shape)}, but the unreduced loss has shape {tuple(shape)}; nothing is "
                f"broadcast silently: write {name}.expand({tuple(shape)}) if that is meant"
            )
    if mask is not None and mask.dtype != torch.bool:
        raise WeightError(f"mask has dtype {mask.dtype}; write mask.bool() (True: counts), or pass it as {called}=")
    if weight is not None and may_read_values(weight) and not bool(((weight >= 0) & weight.isfinite()).all()):
        raise WeightError(f"{called} must be finite and not negative; to leave elements out, write weight 0 or mask=")
    weight = None if weight is None else weight.to(dtype)
    parts = [p for p in (mask, kept, None if weight is None else weight != 0) if p is not None]
    present = parts[0] if parts else None
    for part in parts[1:]:
        present = part if present is None else present & part
    return Weighting(weight, present)


def reduce(
    values: Tensor,
    counts: Tensor | None,
    weighting: Weighting,
    reduction: Reduction,
    normalizer: float | Tensor | None,
    order: float = 1.0,
) -> Tensor:
    """Weigh and reduce.

    mean = Σ w·l / Σ w·c over the present elements, where w is the sample weight, l the element's loss (class weights
    within) and c its class weight; ``normalizer`` replaces the denominator. Nothing left to average gives 0, connected
    to the graph.

    Of another order p, mean = (Σ w·lᵖ / Σ w·c)^(1/p) and sum = (Σ w·lᵖ)^(1/p): what counts is lᵖ, in the units of l.

    Args:
        values: the losses of the elements.
        counts: the class weight of each element, same shape; ``None``: 1 each.
        weighting: the sample weights and what is present, same shape.
        reduction: ``"mean"``, ``"sum"`` or ``"none"``.
        normalizer: a positive number, or a tensor of no dimension; for ``"mean"`` alone.
        order: of the mean; another than 1 wants losses of 0 or more.
    """
    check_reduction(reduction, normalizer)
    if order != 1 and reduction != "none":
        return _of_order(order, values, counts, weighting, reduction, normalizer)
    if weighting.weight is not None:
        values = values * weighting.weight
    if weighting.present is not None:
        values = torch.where(weighting.present, values, 0)
    if reduction == "none":
        return values
    if reduction == "sum":
        return values.sum()
    return values.sum() / denominator(values, counts, weighting, normalizer)


def denominator(
    values: Tensor, counts: Tensor | None, weighting: Weighting, normalizer: float | Tensor | None
) -> float | Tensor:
    """What the sum of the values, weighed, is divided by for their mean: never 0. For the arguments see ``reduce``."""
    if normalizer is not None:
        # a count in float64 does not make the loss float64
        return normalizer.to(values.dtype) if isinstance(normalizer, Tensor) else normalizer
    if weighting.present is None and weighting.weight is None and counts is None:
        return max(values.numel(), 1)
    amounts = torch.ones_like(values) if counts is None else counts
    if weighting.weight is not None:
        amounts = amounts * weighting.weight
    if weighting.present is not None:
        amounts = torch.where(weighting.present, amounts, 0)
    amount = amounts.sum()
    return torch.where(amount == 0, 1, amount)


def _of_order(
    order: float,
    values: Tensor,
    counts: Tensor | None,
    weighting: Weighting,
    reduction: Reduction,
    normalizer: float | Tensor | None,
) -> Tensor:
    values = weighting.fill(values, 0.0)
    if values.numel() == 0:
        return values.sum()
    # in units of the largest, no power overflows, and none that counts underflows
    largest = values.detach().amax()
    largest = torch.where((largest > 0) & largest.isfinite(), largest, 1)
    mean = reduce((values / largest) ** order, counts, weighting, reduction, normalizer)
    vanishes = mean == 0  # where a root has no slope, and a loss of 0 or more has its least value
    return largest * torch.where(vanishes, 0, torch.where(vanishes, 1, mean) ** (1 / order))


def check_reduction(reduction: str, normalizer: float | Tensor | None) -> None:
    """Raise where the reduction has no such name or the normalizer does not go with it."""
    if reduction not in ("mean", "sum", "none"):
        raise LossmithError(f"reduction={reduction!r}; write 'mean', 'sum' or 'none'")
    if normalizer is None:
        return
    if reduction != "mean":
        raise WeightError(f"normalizer= is the denominator of the mean; it means nothing with reduction={reduction!r}")
    if shape := tuple(getattr(normalizer, "shape", ())):
        raise ShapeError(f"normalizer has shape {shape}; a number or a tensor of no dimension is expected")
    if isinstance(normalizer, Tensor) and not may_read_values(normalizer):
        return
    if not isinstance(normalizer, Tensor | np.ndarray | Real) or isinstance(normalizer, bool):
        raise WeightError(f"normalizer={normalizer!r}; a positive number is expected, such as the token count")
    if not 0 < float(normalizer) < math.inf:
        raise WeightError(f"normalizer={float(normalizer):g}; a positive number is expected, such as the token count")
