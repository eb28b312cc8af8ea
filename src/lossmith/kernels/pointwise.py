"""A formula over tensors of one shape, differentiable to any order by its own derived slopes.

Autograd never looks inside a formula: the derivative of one kernel is the kernel of the derivative. So no NaN comes
from a branch that was not taken, and what is exact by derivation stays exact in the second derivative.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from lossmith.formula.derive import Formula, Which
from lossmith.kernels import dispatch


def evaluate(formula: Formula, *inputs: Tensor, parameters: tuple[float, ...] = ()) -> Tensor:
    """The value of the formula, elementwise.

    Args:
        formula: the traced formula, already prepared where a compiler runs.
        inputs: a tensor for each argument; all of one shape and floating dtype, which the value has too.
        parameters: the hyper-parameters, in the formula's order.
    """
    return _evaluate(formula, (), parameters, *inputs)


def _evaluate(formula: Formula, which: Which, parameters: tuple[float, ...], *inputs: Tensor) -> Tensor:
    value: Tensor = dispatch.apply(_Derivative, formula, which, parameters, *inputs)
    return value


class _Derivative(torch.autograd.Function):
    """The derivative ``which`` of a formula; its own derivatives are the next ones."""

    @staticmethod
    def forward(formula: Formula, which: Which, parameters: tuple[float, ...], *inputs: Tensor) -> Tensor:
        value: Tensor = formula.torch(which)(*inputs, *parameters)
        return value

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Tensor) -> None:
        ctx.formula, ctx.which, ctx.parameters = inputs[:3]
        ctx.save_for_backward(*inputs[3:])

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> Any:
        formula, which, parameters, tensors = ctx.formula, ctx.which, ctx.parameters, ctx.saved_tensors
        gradients: list[Tensor | None] = []
        for i, needed in enumerate(ctx.needs_input_grad[3:]):
            # what counts for nothing above (an element masked out after the loss) gets no gradient, not even a NaN
            slope = _evaluate(formula, (*which, i), parameters, *tensors) if needed else None
            gradients.append(None if slope is None else times(upstream, slope))
        return None, None, None, *gradients

    @staticmethod
    def tangents(ctx: Any, *tangents: Any) -> Tensor:
        parts = [times(t, _slope(ctx, i)) for i, t in enumerate(tangents[3:]) if t is not None]
        total: Tensor = sum(parts[1:], start=parts[0])
        return total

    @staticmethod
    def vmap(info: Any, in_dims: Any, formula: Formula, which: Which, parameters: Any, *inputs: Tensor) -> Any:
        return _evaluate(formula, which, parameters, *batched(info.batch_size, in_dims[3:], inputs)), 0


def times(weight: Tensor, value: Tensor) -> Tensor:
    """``weight * value`` of equal shapes, but 0 where the weight is 0, whatever the value is; so its derivatives."""
    product: Tensor = dispatch.apply(_Times, weight, value)
    return product


class _Times(torch.autograd.Function):
    @staticmethod
    def forward(weight: Tensor, value: Tensor) -> Tensor:
        return torch.where(weight == 0, 0, weight * value)

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Tensor) -> None:
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> Any:
        weight, value = ctx.saved_tensors
        by_weight, by_value = ctx.needs_input_grad
        return times(upstream, value) if by_weight else None, times(upstream, weight) if by_value else None

    @staticmethod
    def tangents(ctx: Any, weight_: Tensor | None, value_: Tensor | None) -> Tensor:
        weight, value = ctx.saved_tensors
        parts = [] if weight_ is None else [times(weight_, value)]
        parts += [] if value_ is None else [times(value_, weight)]
        return parts[0] if len(parts) == 1 else parts[0] + parts[1]

    @staticmethod
    def vmap(info: Any, in_dims: Any, *inputs: Tensor) -> Any:
        return times(*batched(info.batch_size, in_dims, inputs)), 0


def _slope(ctx: Any, argument: int) -> Tensor:
    return _evaluate(ctx.formula, (*ctx.which, argument), ctx.parameters, *ctx.saved_tensors)


def batched(size: int, dims: tuple[int | None, ...], tensors: tuple[Tensor, ...]) -> list[Tensor]:
    """The tensors with their vmapped dimension in front, expanded where they have none."""
    return [
        t.unsqueeze(0).expand(size, *t.shape) if dim is None else t.movedim(dim, 0)
        for t, dim in zip(tensors, dims, strict=True)
    ]
