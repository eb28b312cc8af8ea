"""A loss whose gradient was computed with its value, and is handed over to autograd in backward."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import Any, ClassVar, Protocol

import torch
from torch import Tensor


class NoKernel(Exception):
    """Why no kernel computes a call: the formula on tensors does, or says what is wrong."""


def broken(reason: str, error: Exception) -> NoKernel:
    """Why a kernel that should be there is not; warned of once."""
    _warn(f"{reason} ({type(error).__name__}: {next(iter(str(error).splitlines()), '')})")
    return NoKernel(reason)


@functools.cache
def _warn(reason: str) -> None:
    warnings.warn(f"{reason}: Lossmith computes on tensors instead, which is slower", RuntimeWarning, stacklevel=2)


class Call(Protocol):
    """A kernel with its arrays bound. A scalar's gradient is by the prediction, in its shape and dtype.

    Each method raises NoKernel where the arrays hold what the loss may not read, before anything is overwritten.

    Attributes:
        ON_DEVICE: whether it is a DeviceCall, from which nothing can be read without waiting for it.
    """

    ON_DEVICE: ClassVar[bool]

    @property
    def source(self) -> str:
        """The kernel's file."""

    def value(self) -> Tensor:
        """The scalar."""

    def value_and_gradient(self) -> tuple[Tensor, Tensor]:
        """The scalar and its gradient, in one pass."""

    def over(self) -> Tensor:
        """The scalar; the gradient is written over the prediction."""

    def elements(self) -> Tensor:
        """The loss of each element."""

    def elements_and_slopes(self) -> tuple[Tensor, Tensor]:
        """The loss of each element and its slope, in one pass."""

    def slopes(self, upstream: Tensor) -> Tensor:
        """``upstream``, a number an element, times the slope of each element's loss."""


class HostCall(Call, Protocol):
    """A call on the CPU."""

    def gradient(self, upstream: float) -> Tensor:
        """``upstream`` times the gradient."""


class DeviceCall(Call, Protocol):
    """A call on a GPU, which is given numbers that only the GPU knows. It raises nothing by what the tensors hold."""

    def gradient_by(self, upstream: Tensor, computed: Tensor | None) -> Tensor:
        """``upstream``, a scalar, times the gradient, which was ``computed`` with the value or is not kept."""


Expression = Callable[[Tensor], Tensor]  # the same loss of a prediction, differentiable to any order


def scalar(prediction: Tensor, call: Call, expression: Expression) -> Tensor:
    """The value of a call, with a gradient where the prediction wants one."""
    if not (prediction.requires_grad and torch.is_grad_enabled()):
        return call.value()
    return _apply(_ScalarOnDevice if call.ON_DEVICE else _Scalar, prediction, call, expression)


def differentiable_scalar(prediction: Tensor, call: HostCall, expression: Expression) -> Tensor:
    """The value of a call whose prediction wants a gradient."""
    return _apply(_Scalar, prediction, call, expression)


def elements(prediction: Tensor, call: Call, expression: Expression) -> Tensor:
    """The loss of each element, with a gradient where the prediction wants one."""
    if not (prediction.requires_grad and torch.is_grad_enabled()):
        return call.elements()
    return _apply(_Elements, prediction, call, expression)


def _apply(function: type[torch.autograd.Function], *arguments: Any) -> Tensor:
    """Its ``apply`` without questions about transforms, which take half of its time: here none is active."""
    value: Tensor = super(torch.autograd.Function, function).apply(*arguments)  # type: ignore[misc]
    return value


class _Scalar(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, prediction: Tensor, call: HostCall, expression: Expression) -> Tensor:
        ctx.call, ctx.expression = call, expression
        ctx.save_for_backward(prediction)
        if prediction.dtype == torch.float16:
            # a slope divided by the number of elements may be 0 in float16, before a scaled loss could lift it
            ctx.gradient = None
            return call.value()
        value, ctx.gradient = call.value_and_gradient()
        return value

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> Any:
        if torch.is_grad_enabled():
            return _by_expression(ctx, upstream), None, None
        factor = upstream.item()
        gradient, ctx.gradient = ctx.gradient, None
        if gradient is not None and factor == 1:
            # without a reference to it autograd need not copy
            return gradient, None, None
        if gradient is not None and gradient.dtype in (torch.float32, torch.float64) and factor != 0:
            return gradient.mul_(factor), None, None
        _unchanged(ctx)
        try:
            return ctx.call.gradient(factor), None, None
        except NoKernel:
            return _by_expression(ctx, upstream), None, None


class _ScalarOnDevice(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, prediction: Tensor, call: DeviceCall, expression: Expression) -> Tensor:
        ctx.call, ctx.expression = call, expression
        ctx.save_for_backward(prediction)
        value, ctx.gradient = call.value_and_gradient()
        return value

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> Any:
        if torch.is_grad_enabled():
            return _by_expression(ctx, upstream), None, None
        _unchanged(ctx)
        computed, ctx.gradient = ctx.gradient, None
        try:
            return ctx.call.gradient_by(upstream, computed), None, None
        except NoKernel:
            return _by_expression(ctx, upstream), None, None


class _Elements(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, prediction: Tensor, call: Call, expression: Expression) -> Tensor:
        ctx.call, ctx.expression = call, expression
        ctx.save_for_backward(prediction)
        return call.elements()

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> Any:
        if torch.is_grad_enabled():
            return _by_expression(ctx, upstream), None, None
        _unchanged(ctx)
        try:
            return ctx.call.slopes(upstream), None, None
        except NoKernel:
            return _by_expression(ctx, upstream), None, None


def _unchanged(ctx: Any) -> Tensor:
    """The prediction; an error of autograd's where it was overwritten since forward."""
    (prediction,) = ctx.saved_tensors
    return prediction  # type: ignore[no-any-return]


def _by_expression(ctx: Any, upstream: Tensor) -> Tensor:
    """The gradient by the formula on tensors; with a graph of its own where second derivatives are wanted."""
    prediction, with_graph = _unchanged(ctx), torch.is_grad_enabled()
    with torch.enable_grad():
        value = ctx.expression(prediction)
        (gradient,) = torch.autograd.grad(value, prediction, upstream, create_graph=with_graph)
    return gradient
