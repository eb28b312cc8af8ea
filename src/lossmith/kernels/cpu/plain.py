"""Calls of a pointwise kernel by addresses: to make arrays takes longer than the losses of a thousand elements."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

import numpy as np
import torch
from torch import Tensor

from lossmith.kernels.cpu.buffers import POOL
from lossmith.kernels.cpu.memory import array_of
from lossmith.kernels.cpu.pointwise import BLOCK, PARALLEL
from lossmith.kernels.cpu.threads import parallel_of_torch, ranges_for, threads_for
from lossmith.kernels.handed import NoKernel, broken

SEVERAL = 2 * PARALLEL * BLOCK  # elements, from which on several threads compute
_ALONE = (0, 1, 1)


class Plain(NamedTuple):
    """What all calls of a loss with these dtypes share.

    Attributes:
        kernel: generated.
        parameters: the hyper-parameters, float64.
        x: an array of no elements, of the prediction's dtype.
        t: likewise, the target's.
        dtype: of the computation.
    """

    kernel: Any
    parameters: np.ndarray
    x: np.ndarray
    t: np.ndarray
    dtype: torch.dtype


class PlainCall:
    """A contiguous prediction, a target that lies likewise, and the denominator of the mean; 1 for a sum."""

    __slots__ = ("_plain", "_prediction", "_target", "denominator")
    ON_DEVICE: ClassVar[bool] = False

    def __init__(self, plain: Plain, prediction: Tensor, target: Tensor, denominator: int) -> None:
        self._plain, self._prediction, self._target, self.denominator = plain, prediction, target, denominator

    @property
    def source(self) -> str:
        """The kernel's file."""
        return str(self._plain.kernel.py_func.__code__.co_filename)

    def value(self) -> Tensor:
        """The scalar."""
        return self._scalar(self._run(None, 1.0))

    def value_and_gradient(self) -> tuple[Tensor, Tensor]:
        """The scalar and its gradient."""
        gradient = POOL.empty_like(self._prediction)
        return self._scalar(self._run(gradient.data_ptr(), 1.0)), gradient

    def gradient(self, upstream: float) -> Tensor:
        """``upstream`` times the gradient."""
        gradient = POOL.empty_like(self._prediction)
        self._run(gradient.data_ptr(), upstream)
        return gradient

    def _scalar(self, total: float) -> Tensor:
        return torch.scalar_tensor(total / self.denominator, dtype=self._plain.dtype)

    def _run(self, gradient: int | None, upstream: float) -> float:
        plain, prediction = self._plain, self._prediction
        count = prediction.numel()
        try:
            total, wrong = plain.kernel(
                *(_ALONE if count < SEVERAL else _team(count)),
                plain.x,
                prediction.data_ptr(),
                plain.t,
                self._target.data_ptr(),
                gradient,
                count,
                plain.parameters,
                upstream / self.denominator,
            )
        except Exception as error:
            raise broken(f"the kernel {self.source} cannot be compiled", error) from error
        if wrong:
            raise NoKernel("a value is none that the loss reads")
        result: float = total
        return result


def runs_here(count: int) -> bool:
    """Whether it takes one thread for so many elements, or torch's are at hand."""
    return count < SEVERAL or torch.get_num_threads() == 1 or parallel_of_torch() != 0


def _team(count: int) -> tuple[int, int, int]:
    blocks = -(-count // BLOCK)
    threads = threads_for(blocks, PARALLEL)
    return parallel_of_torch(), threads, ranges_for(threads, blocks)


def none_of(tensor: Tensor) -> np.ndarray:
    """An array without elements that tells a kernel the dtype."""
    return array_of(torch.empty(0, dtype=tensor.dtype))
