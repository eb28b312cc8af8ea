"""What the calls of all kernels on a GPU share: nothing is read back, and each result stays on the device."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import nullcontext
from typing import Any, ClassVar, Literal

import torch
from torch import Tensor

from lossmith.arrays import compute_dtype
from lossmith.kernels.gpu.generate import REAL, Functions
from lossmith.kernels.handed import NoKernel, broken

Upstream = Literal["each", "scalar", "unless 1"]


class DeviceCall(ABC):
    """One call: the tensors are bound, value and gradient are asked for as they are needed.

    Attributes:
        functions: generated from the formula.
        dtype: of the computation.
        divisor: the denominator of the mean on the device, or None, where it is
        count: a whole number; 1 for a sum.
        is_own: whether the kernel sees the caller's memory, not a copy.
        blocks: how many programs run.
    """

    ON_DEVICE: ClassVar[bool] = True

    functions: Functions
    dtype: torch.dtype
    divisor: Tensor | None
    count: int
    is_own: bool
    blocks: int
    prediction: Tensor

    def __init__(self, functions: Functions, prediction: Tensor, denominator: float | Tensor) -> None:
        self.functions = functions
        self.prediction = prediction.detach().contiguous()
        self.is_own = prediction.is_contiguous()
        self.dtype = compute_dtype(prediction)
        is_whole = not isinstance(denominator, Tensor) and float(denominator).is_integer()
        self.count = int(denominator) if is_whole else 1
        # torch.full waits for nothing, where a copy of a number to the device would
        self.divisor = None if is_whole else _on(prediction, denominator)

    @abstractmethod
    def run(
        self,
        *,
        upstream: Tensor | None = None,
        meaning: Upstream = "scalar",
        values: Tensor | None = None,
        gradient: Tensor | None = None,
        totals: Tensor | None = None,
    ) -> None:
        """Run the kernel.

        Args:
            upstream: the slope of the result by the scalar, or by each element's loss.
            meaning: which of the two; ``"unless 1"``: by the scalar, and there is nothing to do where it is 1.
            values: gets the loss of each element.
            gradient: gets the slopes; may be the prediction.
            totals: gets the sums of the losses, one a program.
        """

    def launch(self, program: Any, *arguments: Any, **decided: Any) -> None:
        """Run a program.

        Args:
            program: in Triton's language.
            *arguments: its tensors and numbers.
            **decided: what is known when it is compiled.

        Raises:
            NoKernel: it cannot be compiled.
        """
        here = self.prediction
        try:
            # Triton launches on the current GPU, which may be another; and 3.10 will not fuse by default
            with torch.cuda.device(here.device) if here.is_cuda else nullcontext():
                program[(self.blocks,)](*arguments, REAL=REAL[self.dtype], enable_fp_fusion=True, **decided)
        except Exception as error:
            raise broken(f"the kernel {self.source} cannot be compiled", error) from error

    @property
    def source(self) -> str:
        """The file of its functions."""
        return str(self.functions.module.__file__)

    @abstractmethod
    def empty_values(self) -> Tensor:
        """A tensor for the losses of the elements."""

    @abstractmethod
    def empty_gradient(self) -> Tensor:
        """A tensor like the prediction."""

    def value(self) -> Tensor:
        """The scalar."""
        return self._scalar(None)

    def value_and_gradient(self) -> tuple[Tensor, Tensor]:
        """The scalar and its gradient."""
        gradient = self.empty_gradient()
        return self._scalar(gradient), gradient

    def gradient_by(self, upstream: Tensor, computed: Tensor | None) -> Tensor:
        """``upstream``, a scalar, times the gradient: that which was computed, where it is right already."""
        meaning: Upstream = "scalar" if computed is None else "unless 1"
        gradient = self.empty_gradient() if computed is None else computed
        self.run(upstream=upstream, meaning=meaning, gradient=gradient)
        return gradient

    def over(self) -> Tensor:
        """The scalar; the gradient is written over the prediction."""
        if not self.is_own:
            raise NoKernel("the prediction is a view whose elements lie apart")
        return self._scalar(self.prediction)

    def elements(self) -> Tensor:
        """The loss of each element, float32 or float64."""
        values = self.empty_values()
        self.run(values=values)
        return values

    def elements_and_slopes(self) -> tuple[Tensor, Tensor]:
        """The loss of each element and its slope, in the prediction's dtype."""
        values, slopes = self.empty_values(), self.empty_gradient()
        self.run(values=values, gradient=slopes)
        return values, slopes

    def slopes(self, upstream: Tensor) -> Tensor:
        """The slope of each element's loss times ``upstream``, one number an element."""
        slopes = self.empty_gradient()
        self.run(upstream=upstream, meaning="each", gradient=slopes)
        return slopes

    def _scalar(self, gradient: Tensor | None) -> Tensor:
        # one sum a program, added up in the order of the programs: no atomics, so the same bits each time
        totals = torch.empty(self.blocks, dtype=torch.float64, device=self.prediction.device)
        self.run(gradient=gradient, totals=totals)
        return (totals.sum() / (self.count if self.divisor is None else self.divisor)).to(self.dtype)


def _on(prediction: Tensor, number: float | Tensor) -> Tensor:
    """As a float64 on its device."""
    if isinstance(number, Tensor):
        return number.detach().to(prediction.device, torch.float64)
    return torch.full((), number, dtype=torch.float64, device=prediction.device)
