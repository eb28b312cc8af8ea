"""Calls of the kernels over rows of scores: one loss a row."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from lossmith.kernels.gpu.call import DeviceCall, Upstream
from lossmith.kernels.gpu.generate import Functions
from lossmith.kernels.gpu.programs.labelled import labelled, labelled_in_blocks
from lossmith.kernels.gpu.programs.spread_out import spread_out, spread_out_in_blocks

# By the registers that compilers report, without spilling any; not by time.
IN_REGISTERS = 1 << 15  # classes
TILE = 1 << 12  # scores of several short rows
BLOCK = 1 << 14  # classes, where a row is read twice
SCORES_A_THREAD = 32
SPREAD_OUT = 4  # by so much the first three are divided where each class has a share, and the last by half of it


@dataclass(frozen=True, kw_only=True)
class Targets:
    """What rows of scores are held against.

    Attributes:
        functions: generated from the formula.
        map_functions: generated from the map of the scores, where there is one.
        labels: int64, shape (…); or None, and then
        rows: distributions, shape (…, C).
        smoothing: the share of each target that all classes have alike, a float64; None: 0.
        priors: log-priors and log-rarities, shape (2, C), where the scores are mapped.
    """

    functions: Functions
    map_functions: Functions | None
    labels: Tensor | None
    rows: Tensor | None
    smoothing: Tensor | None
    priors: Tensor | None


class Rows(DeviceCall):
    """One row of scores, one loss.

    Args:
        what: the formula and the targets.
        prediction: with the classes last, shape (…, C).
        axis: where the caller has them.
        weight: shape (…).
        mask: shape (…), boolean.
        ignored: the label that means none.
        class_weight: shape (C,).
        denominator: of the mean; 1 for a sum.
        in_registers: how many classes a row may have to be read once.
        block: classes that are read at once of a longer row.
    """

    def __init__(
        self,
        what: Targets,
        prediction: Tensor,
        axis: int,
        weight: Tensor | None,
        mask: Tensor | None,
        ignored: int | None,
        class_weight: Tensor | None,
        denominator: float | Tensor,
        in_registers: int = IN_REGISTERS,
        block: int = BLOCK,
    ) -> None:
        super().__init__(what.functions, prediction, denominator)
        self._what, self._axis, self._ignored = what, axis, ignored
        self._weight, self._mask, self._class_weight = (
            None if a is None else a.contiguous() for a in (weight, mask, class_weight)
        )
        classes = prediction.shape[-1]
        self._rows = prediction.numel() // classes
        self._is_spread = what.rows is not None or what.smoothing is not None
        share = SPREAD_OUT if self._is_spread else 1
        self._is_read_once = classes <= in_registers // share
        self._block = 1 << (classes - 1).bit_length() if self._is_read_once else max(2, block // share)
        self._tall = max(1, min(TILE, in_registers) // share // self._block) if self._is_read_once else 1
        self._threads = -(-self._tall * self._block * (2 if self._is_spread else 1) // SCORES_A_THREAD)
        self.blocks = -(-self._rows // self._tall) if self._is_read_once else min(self._rows, programs_of(prediction))

    def run(
        self,
        *,
        upstream: Tensor | None = None,
        meaning: Upstream = "scalar",
        values: Tensor | None = None,
        gradient: Tensor | None = None,
        totals: Tensor | None = None,
    ) -> None:
        """Run the kernel over all rows."""
        what = self._what
        functions, maps = self.functions, what.map_functions or self.functions
        targets = [None if a is None else a.contiguous() for a in (what.labels, what.rows)]
        if self._is_spread:
            program, before = spread_out if self._is_read_once else spread_out_in_blocks, [*targets, what.smoothing]
        else:
            program, before = labelled if self._is_read_once else labelled_in_blocks, targets[:1]
        self.launch(
            program,
            self.prediction,
            *before,
            self._weight,
            self._mask,
            self._ignored,
            self._class_weight,
            what.priors,
            None if upstream is None else upstream.contiguous(),
            self.divisor,
            functions.constants,
            maps.constants,
            values,
            None if gradient is None else gradient.movedim(self._axis, -1),
            totals,
            self._rows,
            self.count,
            value_of=functions.module.value_of,
            slopes_of=functions.module.slopes_of,
            map_of=getattr(maps.module, "map_of", None),
            map_slope_of=getattr(maps.module, "map_slope_of", None),
            classes=self.prediction.shape[-1],
            UPSTREAM=meaning,
            ROWS=self._tall,
            BLOCK=self._block,
            num_warps=min(32, max(1, self._threads // 32)),
        )

    def empty_values(self) -> Tensor:
        """A tensor for the losses of the rows."""
        return torch.empty(self.prediction.shape[:-1], dtype=self.dtype, device=self.prediction.device)

    def empty_gradient(self) -> Tensor:
        """A tensor like what the caller has."""
        return torch.empty_like(self.prediction).movedim(-1, self._axis)


def programs_of(tensor: Tensor) -> int:
    """As many programs as the GPU has multiprocessors: so the rows at work fit into L2 together."""
    if not tensor.is_cuda:
        return 4  # Triton's interpreter
    return torch.cuda.get_device_properties(tensor.device).multi_processor_count
