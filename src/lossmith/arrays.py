"""The border between NumPy and torch: NumPy in, NumPy out; torch in, torch out."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import torch
from torch import Tensor

from lossmith.errors import DtypeError

Array: TypeAlias = Any  # a torch.Tensor, or whatever numpy.asarray takes: an array, a list, a column, a number
Result: TypeAlias = Any  # a torch.Tensor where the prediction was one, else a NumPy array or scalar


def tensor_of(value: Array, name: str, like: Tensor | None = None) -> Tensor:
    """The value as a tensor, sharing memory where that can be.

    Args:
        value: a tensor, or anything that ``numpy.asarray`` turns into numbers.
        name: what the message calls it.
        like: the prediction, on whose device a Python number or NumPy array is put.

    Raises:
        DtypeError: it holds no numbers, or numbers that torch has no dtype for.
    """
    if isinstance(value, Tensor):
        if value.is_complex():
            raise DtypeError(f"{name} has dtype {value.dtype}; real numbers are expected: write {name}.real or .abs()")
        # autograd cannot keep what inference mode made
        return value.clone() if _made_for_inference(value) and not torch.is_inference_mode_enabled() else value
    try:
        array = np.asarray(value)
    except ValueError:
        raise DtypeError(f"{name} has rows of unequal length; a rectangular array of numbers is expected") from None
    if array.dtype.kind not in "biuf" or array.dtype.itemsize > 8:
        raise DtypeError(f"{name} has dtype {array.dtype}; write {name}.astype(float) or give labels as integers")
    if not (array.dtype.isnative and array.flags.writeable and all(s >= 0 for s in array.strides)):
        array = array.astype(array.dtype.newbyteorder("="), copy=True)
    tensor = torch.from_numpy(array)
    return tensor if like is None else tensor.to(like.device)


def _made_for_inference(value: Tensor) -> bool:
    return not torch.compiler.is_compiling() and value.is_inference()


def result_of(tensor: Tensor, prediction: Array) -> Result:
    """The tensor itself where the prediction was one, else NumPy: a scalar of no dimension, or an array."""
    return tensor if isinstance(prediction, Tensor) else tensor.detach().numpy()[()]


def compute_dtype(prediction: Tensor) -> torch.dtype:
    """float64 for float64, else float32: half precision is only for storage.

    Raises:
        DtypeError: the prediction is no floating-point tensor, so it cannot have a gradient.
    """
    if not prediction.dtype.is_floating_point:
        raise DtypeError(
            f"prediction has dtype {prediction.dtype}; a floating-point prediction (the raw scores) is expected: "
            "write prediction.float(), and check that prediction and target are not swapped"
        )
    return torch.float64 if prediction.dtype == torch.float64 else torch.float32
