"""Memory for gradients: huge pages, used again when a gradient is freed.

A loss on a CPU waits for page faults, not for memory: filling 128 MiB that the system just handed out takes over ten
times as long as filling them again. NumPy asks for huge pages, torch does not; and what was freed comes back from here.
"""

from __future__ import annotations

import math
import weakref
from collections import deque
from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from lossmith.kernels.cpu.memory import order_of

SMALLEST = 1 << 20  # bytes; below, the allocator of the C library has memory at hand
KEPT = 1 << 30  # bytes that are held at most, in use or not


class Pool:
    """Blocks of memory that are lent as tensors and come back by themselves when the last view of one is gone.

    Every step is one operation of a deque or a set, which Python makes atomic: threads need no lock, and a block that
    comes back while another is being taken (a garbage collection can do that) cannot wait for itself.
    """

    def __init__(self, kept: int = KEPT) -> None:
        self.kept = kept
        self._free: deque[np.ndarray] = deque()
        self._lent: dict[int, weakref.ref[np.ndarray]] = {}

    def empty(self, shape: Sequence[int], dtype: torch.dtype) -> Tensor:
        """A contiguous tensor on the CPU with whatever the memory held."""
        size = math.prod(shape) * dtype.itemsize
        if size < SMALLEST:
            return torch.empty(shape, dtype=dtype)
        block = self._take(size)
        lent = block[:size]
        self._lent[id(lent)] = weakref.ref(lent, self._returner(id(lent), block))
        tensor: Tensor = torch.from_numpy(lent).view(dtype).view(tuple(shape))
        return tensor

    def empty_like(self, tensor: Tensor, dtype: torch.dtype | None = None) -> Tensor:
        """A tensor of the shape of a dense tensor, lying as it does."""
        dtype = dtype or tensor.dtype
        if tensor.numel() * dtype.itemsize < SMALLEST:
            return torch.empty_like(tensor, dtype=dtype)
        if (order := order_of(tensor)) is None:
            return self.empty(tensor.shape, dtype)
        lies = self.empty([tensor.shape[axis] for axis in order], dtype)
        return lies.permute(sorted(range(tensor.dim()), key=order.__getitem__))

    def clear(self) -> None:
        """Give the memory that is free back to the system."""
        self._free.clear()

    def free_bytes(self) -> int:
        """How much is held and not in use."""
        return sum(block.nbytes for block in tuple(self._free))

    def _take(self, size: int) -> np.ndarray:
        """A block that fits and wastes no more than an eighth; a new one where none is free."""
        for _ in range(len(self._free)):
            try:
                block = self._free.pop()  # the one that came back last may still be in the processor's cache
            except IndexError:  # another thread was faster
                break
            if size <= block.nbytes <= size + size // 8:
                return block
            self._free.appendleft(block)
        return np.empty(size, np.uint8)

    def _returner(self, key: int, block: np.ndarray) -> Callable[[object], None]:
        def give_back(_: object) -> None:
            self._lent.pop(key, None)
            while self._free and self.free_bytes() + block.nbytes > self.kept:
                try:
                    self._free.popleft()  # the one that was not used for longest
                except IndexError:
                    break
            if block.nbytes <= self.kept:
                self._free.append(block)

        return give_back


POOL = Pool()


def empty_cache() -> None:
    """Give the memory of gradients that were freed back to the system.

    Lossmith keeps up to 1 GiB of it for the next gradients on the CPU, so that the system need not hand out new pages,
    which costs more than the loss itself.

    Example:
        >>> import lossmith as lm
        >>> lm.empty_cache()
    """
    POOL.clear()
