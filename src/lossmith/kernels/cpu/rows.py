"""Calls of a kernel over rows of scores: one loss a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lossmith.kernels.cpu.buffers import POOL
from lossmith.kernels.cpu.call import Kernel, KernelCall
from lossmith.kernels.cpu.memory import array_of
from lossmith.kernels.handed import NoKernel

BLOCK = 1 << 14  # scores
LANES = 16  # rows that the kernel for few classes takes at once
PARALLEL = 2  # blocks a thread at least


class Rows(KernelCall):
    """One row of scores, one loss.

    Args:
        kernel: generated.
        prediction: with the classes last, shape (…, C).
        axis: where the caller has them.
        before: what the kernel is given between prediction and upstream: arrays, numbers or None.
        after: what the kernel is given after the totals: hyper-parameters.
        denominator: of the mean; 1 for a sum.
        labels: where nothing but a label can be wrong, and then
        ignored: the label that means none.
    """

    __slots__ = ("_after", "_axis", "_ignored", "_labels", "_prediction")

    def __init__(
        self,
        kernel: Kernel,
        prediction: Tensor,
        axis: int,
        before: Sequence[Any],
        after: Sequence[Any],
        denominator: float,
        labels: Tensor | None,
        ignored: int | None,
    ) -> None:
        lying = prediction.contiguous()
        self.dtype = torch.float64 if prediction.dtype == torch.float64 else torch.float32
        self.denominator, self.is_own = denominator, lying is prediction
        self.kernel, self._prediction, self._axis = kernel, lying, axis
        self.arrays = tuple(
            array_of(b) if isinstance(b, Tensor) else b for b in (lying.view(-1, lying.shape[-1]), *before)
        )
        self._after = tuple(after)
        self._labels, self._ignored = labels, ignored

    def run(
        self,
        *,
        upstream: Tensor | None = None,
        values: Tensor | None = None,
        gradient: Tensor | None = None,
        over: bool = False,
        scale: float = 1.0,
    ) -> np.ndarray:
        """Run the kernel over all blocks."""
        count, classes = self.arrays[0].shape
        rows = BLOCK // classes // LANES * LANES or max(1, BLOCK // classes)
        blocks = -(-count // rows)
        totals = np.empty((blocks, 2))
        given = (
            *self.arrays,
            None if upstream is None else array_of(upstream.reshape(-1)),
            None if values is None else array_of(values.view(-1)),
            None if gradient is None else array_of(gradient.movedim(self._axis, -1).view(-1, classes)),
            True if over else None,
            totals,
            *self._after,
            scale / self.denominator,
            rows,
        )
        self.launch(given, blocks, PARALLEL)
        return totals

    def check(self) -> None:
        """Raise NoKernel where a value is none that the loss reads."""
        if self._labels is None:
            super().check()
            return
        labels, classes = self._labels.reshape(-1), self.arrays[0].shape[1]
        is_outside = (labels < 0) | (labels >= classes)
        if bool((is_outside if self._ignored is None else is_outside & (labels != self._ignored)).any()):
            raise NoKernel("a label is none of the classes")

    def empty_values(self) -> Tensor:
        """A tensor for the losses of the rows."""
        return POOL.empty(self._prediction.shape[:-1], self.dtype)

    def empty_gradient(self) -> Tensor:
        """A tensor like what the caller has."""
        return POOL.empty(self._prediction.shape, self._prediction.dtype).movedim(-1, self._axis)
