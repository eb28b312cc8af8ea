"""Calls of the kernel of single elements."""

from __future__ import annotations

import torch
from torch import Tensor

from lossmith.kernels.gpu.call import DeviceCall, Upstream
from lossmith.kernels.gpu.generate import Functions
from lossmith.kernels.gpu.programs.pointwise import pointwise

BLOCK = 2048  # elements a program: 8 a thread, so that each thread reads 16 bytes at once, also of half precision
WARPS = 8


class Pointwise(DeviceCall):
    """One prediction, or several on the last axis; one target, one loss.

    Args:
        functions: generated.
        prediction: of any strides, the axis of several predictions last.
        axis: where the caller has that axis; None: an element has one prediction.
        target: of the elements' shape; any dtype.
        weight: likewise.
        mask: likewise, boolean.
        ignored: the label that means none.
        denominator: of the mean; 1 for a sum.
        block: elements a program.
    """

    def __init__(
        self,
        functions: Functions,
        prediction: Tensor,
        axis: int | None,
        target: Tensor,
        weight: Tensor | None,
        mask: Tensor | None,
        ignored: int | None,
        denominator: float | Tensor,
        block: int = BLOCK,
    ) -> None:
        super().__init__(functions, prediction, denominator)
        self.blocks = -(-target.numel() // block)
        self._axis, self._shape, self._block = axis, target.shape, block
        self._arrays = tuple(None if a is None else a.contiguous() for a in (target, weight, mask))
        self._ignored = ignored

    def run(
        self,
        *,
        upstream: Tensor | None = None,
        meaning: Upstream = "scalar",
        values: Tensor | None = None,
        gradient: Tensor | None = None,
        totals: Tensor | None = None,
    ) -> None:
        """Run the kernel over all blocks."""
        self.launch(
            pointwise,
            self.prediction,
            *self._arrays,
            self._ignored,
            None if upstream is None else upstream.contiguous(),
            self.divisor,
            self.functions.constants,
            values,
            gradient if self._axis is None or gradient is None else gradient.movedim(self._axis, -1),
            totals,
            self._shape.numel(),
            self.count,
            value_at=self.functions.module.value_at,
            write_at=self.functions.module.write_at,
            UPSTREAM=meaning,
            BLOCK=self._block,
            num_warps=WARPS,
        )

    def empty_values(self) -> Tensor:
        """A tensor for the losses of the elements."""
        return torch.empty(self._shape, dtype=self.dtype, device=self.prediction.device)

    def empty_gradient(self) -> Tensor:
        """A tensor like the prediction."""
        gradient = torch.empty_like(self.prediction)
        return gradient if self._axis is None else gradient.movedim(-1, self._axis)
