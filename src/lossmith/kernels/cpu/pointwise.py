"""Calls of a pointwise kernel: tensors to arrays, blocks to threads."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from lossmith.kernels.cpu.buffers import POOL
from lossmith.kernels.cpu.call import Kernel, KernelCall
from lossmith.kernels.cpu.memory import array_of, flat, is_dense, order_of

BLOCK = 4096  # elements, whose float32 sum is taken before it is added to a float64
PARALLEL = 8  # blocks a thread at least


class Pointwise(KernelCall):
    """One prediction, or several on the last axis; one target, one loss.

    Args:
        kernel: generated.
        parameters: the hyper-parameters, float64.
        reads_all: whether no number is wrong as a prediction or target.
        prediction: of any strides, the axis of several predictions last.
        axis: where the caller has that axis; None: an element has one prediction.
        target: of the elements' shape; any dtype.
        weight: likewise.
        mask: likewise, boolean.
        ignored: the label that means none.
        denominator: of the mean; 1 for a sum.
    """

    __slots__ = ("_axis", "_order", "_parameters", "_prediction", "_reads_all", "_shape")

    def __init__(
        self,
        kernel: Kernel,
        parameters: np.ndarray,
        reads_all: bool,
        prediction: Tensor,
        axis: int | None,
        target: Tensor,
        weight: Tensor | None,
        mask: Tensor | None,
        ignored: int | None,
        denominator: float,
    ) -> None:
        self.kernel, self._parameters, self._axis = kernel, parameters, axis
        self.denominator, self._shape = denominator, target.shape
        self._reads_all = reads_all and weight is None
        self.dtype = torch.float64 if prediction.dtype == torch.float64 else torch.float32
        self.is_own, order = True, None
        if not prediction.is_contiguous():
            if axis is None and is_dense(prediction):
                order = order_of(prediction)
            else:
                prediction, self.is_own = prediction.contiguous(), False
        self._prediction, self._order = prediction, order
        self.arrays = (
            self._predictions(prediction),
            flat(target, order),
            None if weight is None else flat(weight, order),
            None if mask is None else flat(mask, order),
            ignored,
        )

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
        blocks = -(-self.arrays[1].size // BLOCK)
        totals = np.empty((blocks, 2))
        given = (
            *self.arrays,
            None if upstream is None else flat(upstream, self._order),
            None if values is None else flat(values, self._order),
            None if gradient is None else self._predictions(gradient),
            True if over else None,
            totals,
            self._parameters,
            scale / self.denominator,
        )
        self.launch(given, blocks, PARALLEL)
        return totals

    def check(self) -> None:
        """Raise NoKernel where a value is none that the loss reads."""
        if not self._reads_all:
            super().check()

    def empty_values(self) -> Tensor:
        """A tensor for the losses of the elements."""
        if self._axis is None:
            return POOL.empty_like(self._prediction, self.dtype)
        return POOL.empty(self._shape, self.dtype)

    def empty_gradient(self) -> Tensor:
        """A tensor like the prediction."""
        gradient = POOL.empty_like(self._prediction)
        return gradient if self._axis is None else gradient.movedim(-1, self._axis)

    def _predictions(self, tensor: Tensor) -> np.ndarray:
        """Shape (n,), or (n, k) of several predictions."""
        if self._axis is None:
            return flat(tensor, self._order)
        moved = tensor.movedim(self._axis, -1) if tensor is not self._prediction else tensor
        return array_of(moved.reshape(-1, moved.shape[-1]))
