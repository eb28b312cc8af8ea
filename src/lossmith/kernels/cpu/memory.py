"""Tensors as arrays of one dimension, in the order in which the prediction lies in memory."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

# Numba has no arithmetic of half precision: it sees the bits, those of float16 as int16, of bfloat16 as uint16
_BITS = {torch.float16: torch.int16, torch.bfloat16: torch.uint16}

Order = tuple[int, ...] | None  # the axes of a tensor from the longest stride to the shortest; None: as they are


def order_of(tensor: Tensor) -> Order:
    """The order of a tensor's axes in memory."""
    if tensor.is_contiguous() or tensor.dim() == 1:
        return None
    return tuple(sorted(range(tensor.dim()), key=tensor.stride, reverse=True))


def is_dense(tensor: Tensor) -> bool:
    """Whether its elements lie side by side, in whatever order, or on one line."""
    order = order_of(tensor)
    return order is None or tensor.permute(order).is_contiguous()


def flat(tensor: Tensor, order: Order) -> np.ndarray:
    """The elements in this order, without a copy where they lie so."""
    if tensor.dim() != 1:
        tensor = (tensor if order is None else tensor.permute(order)).reshape(-1)
    return array_of(tensor)


def array_of(tensor: Tensor) -> np.ndarray:
    """The same memory, half precision as its bits."""
    if tensor.requires_grad:
        tensor = tensor.detach()
    if tensor.dtype in _BITS:
        tensor = tensor.view(_BITS[tensor.dtype])
    array: np.ndarray = tensor.numpy()
    return array
