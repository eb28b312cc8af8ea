"""What the calls of all kernels share: which array is wanted, and what is made of the totals."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, NamedTuple

import numpy as np
import torch
from torch import Tensor

from lossmith.kernels.cpu.threads import in_ranges, parallel_of_torch, ranges_for, threads_for
from lossmith.kernels.handed import NoKernel, broken


class Kernel(NamedTuple):
    """A generated loop over blocks, compiled when it is first called with arrays of these dtypes.

    Attributes:
        alone: on the thread that calls.
        by_team: on several of torch's.
    """

    alone: Any
    by_team: Any


class KernelCall(ABC):
    """One call: the arrays are bound, value and gradient are asked for as they are needed.

    Attributes:
        kernel: what computes it.
        arrays: what it reads, the prediction first; beside arrays there may be numbers and None.
        dtype: of the computation.
        denominator: of the mean; 1 for a sum.
        is_own: whether the kernel sees the caller's memory, not a copy.
    """

    __slots__ = ("arrays", "denominator", "dtype", "is_own", "kernel")
    ON_DEVICE: ClassVar[bool] = False

    kernel: Kernel
    arrays: tuple[Any, ...]
    denominator: float
    dtype: torch.dtype
    is_own: bool

    @abstractmethod
    def run(
        self,
        *,
        upstream: Tensor | None = None,
        values: Tensor | None = None,
        gradient: Tensor | None = None,
        over: bool = False,
        scale: float = 1.0,
    ) -> np.ndarray:
        """Run the kernel over all blocks: the sum of the losses of each, and a number above 0 where a value is wrong.

        Args:
            upstream: the slope of the result by each element's loss.
            values: gets the loss of each element.
            gradient: gets the slopes.
            over: write them over the prediction instead.
            scale: of the slopes, before the division by the denominator.
        """

    def launch(self, arguments: tuple[Any, ...], blocks: int, least: int) -> None:
        """Run the kernel on ranges of blocks, ``least`` of which are worth a thread.

        Raises:
            NoKernel: it cannot be compiled.
        """
        alone, threads = self.kernel.alone, threads_for(blocks, least)
        try:
            if threads == 1:
                alone(*arguments, 0, blocks)
            elif parallel := parallel_of_torch():
                self.kernel.by_team(parallel, threads, ranges_for(threads, blocks), blocks, *arguments)
            else:
                in_ranges(lambda first, last: alone(*arguments, first, last), blocks, threads)
        except Exception as error:
            raise broken(f"the kernel {self.source} cannot be compiled", error) from error

    @property
    def source(self) -> str:
        """The kernel's file."""
        return str(self.kernel.alone.py_func.__code__.co_filename)

    @abstractmethod
    def empty_values(self) -> Tensor:
        """A tensor for the losses of the elements."""

    @abstractmethod
    def empty_gradient(self) -> Tensor:
        """A tensor like the prediction."""

    def value(self) -> Tensor:
        """The scalar."""
        return self._scalar(self.run())

    def value_and_gradient(self) -> tuple[Tensor, Tensor]:
        """The scalar and its gradient."""
        gradient = self.empty_gradient()
        return self._scalar(self.run(gradient=gradient)), gradient

    def gradient(self, upstream: float) -> Tensor:
        """``upstream`` times the gradient."""
        gradient = self.empty_gradient()
        self.run(gradient=gradient, scale=upstream)
        return gradient

    def over(self) -> Tensor:
        """The scalar; the gradient is written over the prediction."""
        if not self.is_own:
            raise NoKernel("the prediction is a view whose elements lie apart")
        written, *read = self.arrays
        if any(isinstance(array, np.ndarray) and np.may_share_memory(written, array) for array in read):
            raise NoKernel("what is read beside the prediction shares its memory")
        self.check()  # what is wrong must be found before anything is overwritten
        return self._scalar(self.run(over=True))

    def check(self) -> None:
        """Raise NoKernel where a value is none that the loss reads."""
        _check(self.run())

    def elements(self) -> Tensor:
        """The loss of each element, float32 or float64."""
        values = self.empty_values()
        _check(self.run(values=values))
        return values

    def elements_and_slopes(self) -> tuple[Tensor, Tensor]:
        """The loss of each element and its slope, in the prediction's dtype."""
        values, slopes = self.empty_values(), self.empty_gradient()
        _check(self.run(values=values, gradient=slopes))
        return values, slopes

    def slopes(self, upstream: Tensor) -> Tensor:
        """The slope of each element's loss times ``upstream``, one number an element."""
        slopes = self.empty_gradient()
        self.run(upstream=upstream, gradient=slopes)
        return slopes

    def _scalar(self, totals: np.ndarray) -> Tensor:
        return torch.scalar_tensor(_check(totals) / self.denominator, dtype=self.dtype)


def _check(totals: np.ndarray) -> float:
    if len(totals) > 1:
        totals = totals.sum(0)
    if totals.item(1):
        raise NoKernel("a value is none that the loss reads")
    total: float = totals.item(0)
    return total
