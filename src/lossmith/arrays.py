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
        DtypeError: it holds no numbers, numbers that torch has no dtype for, or is no dense tensor.
    """
    if isinstance(value, Tensor):
        return _dense(value, name)
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


def _dense(value: Tensor, name: str) -> Tensor:
    """The tensor as a kernel and autograd can take it."""
    if value.is_complex():
        raise DtypeError(f"{name} has dtype {value.dtype}; real numbers are expected: write {name}.real or .abs()")
    if value.is_nested:
        raise DtypeError(f"{name} is a nested tensor; write torch.nested.to_padded_tensor({name}, 0.0), and mask=")
    if value.layout is not torch.strided:
        raise DtypeError(f"{name} has layout {value.layout}; a dense tensor is expected: write {name}.to_dense()")
    if torch.compiler.is_compiling():
        return value
    if value.is_neg():  # the imaginary part of a conjugate is negated when it is read
        return value.resolve_neg()
    # autograd cannot keep what inference mode made
    return value.clone() if value.is_inference() and not torch.is_inference_mode_enabled() else value


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
