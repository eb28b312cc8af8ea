"""A question made ready: its inputs drawn, its predictions the outputs of something, and how to ask it."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from lossmith.benching.subjects import BOTH, Call, Work
from lossmith.errors import LossmithError

# Largest difference that two right answers have, relative to the largest number: sums in another order.
TOLERANCE = {"float32": 1e-5, "bfloat16": 2e-2}


class Prepared:
    """The inputs of one question, in memory and touched."""

    def __init__(self, work: Work) -> None:
        self.work = work
        inputs = work.subject.draw(work.shape)
        self.inputs = tuple(
            x.to(work.device, getattr(torch, work.dtype) if x.is_floating_point() else x.dtype) for x in inputs
        )
        self._token = torch.zeros((), device=work.device, requires_grad=True)
        self._usual = self._with_gradient() if work.mode == BOTH else (self.inputs, ())

    def fresh(self) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
        """What a call takes, and by what it is differentiated: once for each call, made outside of what is timed.

        In place the prediction is overwritten, so that the next call finds a gradient where scores were. Its numbers
        stay finite and normal, and the time does not depend on them.
        """
        if not self.work.subject.is_inplace:
            return self._usual
        prediction: Tensor = _Output.apply(self._token, self.inputs[0])  # type: ignore[no-untyped-call]
        return (prediction, *self.inputs[1:]), (self._token,)

    def _with_gradient(self) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
        count = self.work.subject.differentiated
        predictions = tuple(x.requires_grad_().view_as(x) for x in (x.detach() for x in self.inputs[:count]))
        return (*predictions, *self.inputs[count:]), predictions

    def answer(self, call: Call) -> tuple[Tensor, ...]:
        """The value and the gradients, computed from copies."""
        if self.work.mode != BOTH:
            return (run(call, self.inputs, ()),)
        count = self.work.subject.differentiated
        leaves = [x.detach().requires_grad_() for x in self.inputs[:count]]
        value = call(*(leaf * 1 for leaf in leaves), *self.inputs[count:])
        return (value.detach(), *torch.autograd.grad(value, leaves))

    def check(self, ours: tuple[Tensor, ...], theirs: tuple[Tensor, ...]) -> None:
        """Raise a ``LossmithError`` where two answers differ: a fast wrong answer is none."""
        for what, a, b in zip(("values", "gradients", "gradients"), ours, theirs, strict=False):
            distance = float((a.float() - b.float()).abs().max() / b.float().abs().max())
            if not distance <= TOLERANCE[self.work.dtype]:
                raise LossmithError(f"the {what} differ by {distance:.1e} of the largest")


def run(call: Call, arguments: tuple[Tensor, ...], by: tuple[Tensor, ...]) -> Any:
    """One call, with its gradient where one is asked for."""
    value = call(*arguments)
    return torch.autograd.grad(value, by) if by else value


class _Output(torch.autograd.Function):
    """The output of a model that costs nothing: numbers that are there, and a way back that ends at once."""

    @staticmethod
    def forward(ctx: Any, token: Tensor, numbers: Tensor) -> Tensor:
        ctx.token = token.detach()
        return numbers.data  # shares the memory and is no view, so that it may be written over

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        return ctx.token, None
