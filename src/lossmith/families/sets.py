"""One set, one loss: what is no sum over elements."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from lossmith import constants
from lossmith.call import Aligned, Batch, Elements
from lossmith.errors import DefinitionError, SecondDerivativeError, ShapeError
from lossmith.families.axes import spoil
from lossmith.layouts import same_shape
from lossmith.loss import Loss


@dataclass(frozen=True, kw_only=True)
class Setwise(Loss):
    """What is no sum over elements: an ordinary differentiable function of torch, behind the same interface.

    Prediction and target have equal shape (N, …); the unreduced loss has shape (N,), one for each set. Where ``AXES``
    says how many axes a set has, these are the last ones, and the unreduced loss has the shape of all before.
    """

    AXES: ClassVar[int | None] = None
    LATEX: ClassVar[str] = r"\ell\left(x, t\right)"
    NOTATION: ClassVar[str] = "ℓ(x, t)"

    @abstractmethod
    def function(self, prediction: Tensor, target: Tensor) -> Tensor:
        """The losses of the sets, shape (N,), from scores and targets of shape (N, …)."""

    def _align(self, prediction: Tensor, target: Tensor, axis: int | None) -> Aligned:
        same_shape(prediction, target)
        return Aligned(prediction, target, self._outer(prediction))

    def _outer(self, sets: Tensor) -> torch.Size:
        """The shape of the unreduced loss."""
        outer = 1 if self.AXES is None else sets.dim() - self.AXES
        if outer < 0 or sets.dim() == 0 or 0 in sets.shape[outer:]:
            wanted = "(N, …)" if self.AXES is None else f"(…, {', '.join('KD'[: self.AXES])})"
            raise ShapeError(
                f"a shape {tuple(sets.shape)} was given; {type(self).__name__} reads sets of shape {wanted}, none of "
                "them empty"
            )
        return sets.shape[:outer]

    def _elements(self, batch: Batch) -> Elements:
        outer = self._outer(batch.prediction)
        values = self.function(batch.prediction, batch.target)
        if values.shape != outer:
            raise DefinitionError(
                f"{type(self).__qualname__}.function returns shape {tuple(values.shape)}; one loss a set is expected, "
                f"shape {tuple(outer)}: reduce over the other axes"
            )
        prediction, target = (v.unsqueeze(-1).flatten(len(outer)) for v in (batch.prediction, batch.target))
        # a sort or a maximum would swallow a NaN
        return Elements(spoil(values, prediction, prediction.isnan().any(-1) | target.isnan().any(-1)))

    def _diagonal(self, gradient: Tensor, scores: Tensor, axis: int | None) -> Tensor:
        raise SecondDerivativeError(
            f"the elements of {type(self).__name__} act together, so its Hessian is no diagonal; "
            "write torch.func.hessian(lambda x: loss(x, target))(prediction)"
        )

    def _sample(self, example: Tensor) -> tuple[tuple[int, ...], Tensor]:
        return (4,), example.expand(4)

    def _best_constant(self, targets: Tensor, weights: Tensor | None) -> Tensor:
        return constants.foot(
            lambda c: self(c.expand(targets.shape), targets.to(torch.float64), weight=weights),
            torch.zeros((), dtype=torch.float64),
        )
