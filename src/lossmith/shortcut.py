"""The call that training makes most: prediction, target and a reduction to a scalar.

To look at all that a call may say takes longer than the losses of a thousand elements. Here a few questions tell that
there is nothing to look at; where there is, the call goes the long way (``fused``), and gives the same.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from lossmith.arrays import Array, compute_dtype
from lossmith.fused import FLOATS, TARGETS, Request, kernel_of, numbers
from lossmith.kernels import dispatch, handed
from lossmith.kernels.cpu.plain import Plain, PlainCall, none_of, runs_here
from lossmith.kernels.handed import NoKernel

if TYPE_CHECKING:
    from lossmith.loss import Loss

REQUESTS: dict[str, Request] = {"mean": Request("mean", None, {}), "sum": Request("sum", None, {})}


def value(loss: Loss, prediction: Array, target: Array, reduction: str) -> Tensor | None:
    """What a call that says no more than this gives; None where it has to go the long way."""
    if not (
        dispatch.runs_plainly()
        and type(prediction) is type(target) is Tensor
        and _lies_plainly(prediction)
        and _lies_plainly(target)
    ):
        return None
    wants_gradient = prediction.requires_grad and torch.is_grad_enabled()
    shape, request = prediction.shape, REQUESTS.get(reduction)
    count = shape.numel()
    if not (
        count >= (1 if wants_gradient else dispatch.FEWEST)
        and runs_here(count)
        and target.shape == shape
        and not target.requires_grad
        and request is not None
        and not (dispatch.KERNELS_ARE_OFF or dispatch.TRITON_ON_CPU)
    ):
        return None
    try:
        make = functools.partial(_plain, loss, prediction, target)
        plain = kernel_of(loss, ("plain", prediction.dtype, target.dtype), make)
        call = plain(prediction, target, count if reduction == "mean" else 1)
        if not wants_gradient:
            value: Tensor = call.value()
            return value
        expression = functools.partial(loss._of_tensors, target=target, request=request)
        return handed.differentiable_scalar(prediction, call, expression)
    except NoKernel:
        return None


def _lies_plainly(tensor: Tensor) -> bool:
    """Whether its numbers are what lies from its address on."""
    return tensor.is_cpu and dispatch.is_dense(tensor) and tensor.is_contiguous()


def _plain(loss: Loss, prediction: Tensor, target: Tensor, generate: Any) -> Callable[..., PlainCall] | NoKernel:
    """What makes a call of prediction, target and denominator."""
    lift = loss._plain_lift()
    # a small slope in float16 is scaled before it is rounded; the kernel takes an int16 for the bits of one
    if lift is None or prediction.dtype not in FLOATS - {torch.float16} or target.dtype not in TARGETS - {torch.int16}:
        return NoKernel("it goes the long way")
    dtype = compute_dtype(prediction)
    module = generate.pointwise_module(lift, dtype, loss.name)
    known = Plain(module.plain, numbers(loss, lift.formula), none_of(prediction), none_of(target), dtype)
    return functools.partial(PlainCall, known)
