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
from lossmith.layouts import same_shape
from lossmith.loss import Loss


@dataclass(frozen=True, kw_only=True)
class Setwise(Loss):
    """What is no sum over elements: an ordinary differentiable function of torch, behind the same interface.

    Prediction and target have equal shape (N, …); the unreduced loss has shape (N,), one for each set.
    """

    LATEX: ClassVar[str] = r"\ell\left(x, t\right)"
    NOTATION: ClassVar[str] = "ℓ(x, t)"

    @abstractmethod
    def function(self, prediction: Tensor, target: Tensor) -> Tensor:
        """The losses of the sets, shape (N,), from scores and targets of shape (N, …)."""

    def _align(self, prediction: Tensor, target: Tensor, axis: int | None) -> Aligned:
        same_shape(prediction, target)
        if prediction.dim() == 0:
            raise ShapeError("prediction is a single number; sets along the first axis are expected, shape (N, …)")
        return Aligned(prediction, target, prediction.shape[:1])

    def _elements(self, batch: Batch) -> Elements:
        values = self.function(batch.prediction, batch.target)
        if values.shape != batch.prediction.shape[:1]:
            raise DefinitionError(
                f"{type(self).__qualname__}.function returns shape {tuple(values.shape)}; one loss a set is expected, "
                f"shape {tuple(batch.prediction.shape[:1])}: reduce over the other axes"
            )
        return Elements(values)

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
