"""The gradient written over the prediction: no second array of its size stays, and autograd is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lossmith.errors import LossmithError, SecondDerivativeError


def gradient_over_prediction(scores: Tensor, write: Callable[[Tensor], Tensor], original: Any) -> Tensor:
    """The scalar ``write(scores)``; afterwards ``scores`` holds its gradient.

    Args:
        scores: the prediction, overwritten. Whatever produced it and needs its old values in backward will say so.
        write: gives the scalar and writes the gradient over what it is given.
        original: what the caller gave; where it is NumPy and could not be shared with torch, the gradient is copied
            back.

    Raises:
        LossmithError: the prediction cannot be written to.
        SecondDerivativeError: in backward, with ``create_graph=True``.
    """
    if scores.is_leaf and scores.requires_grad and torch.is_grad_enabled():
        raise LossmithError(
            "inplace=True cannot write over a leaf that requires a gradient; pass the output of a model, or leave "
            "inplace= out"
        )
    if not isinstance(original, Tensor | np.ndarray):
        raise LossmithError(f"inplace=True cannot write over {type(original).__name__}; pass an array or a tensor")
    if isinstance(original, np.ndarray) and not original.flags.writeable:
        raise LossmithError("inplace=True, but the prediction is a read-only array; write prediction.copy()")
    value: Tensor = _Inplace.apply(scores, write)[0]  # type: ignore[no-untyped-call]
    if isinstance(original, np.ndarray) and not np.shares_memory(original, scores.detach().numpy()):
        original[...] = scores.detach().numpy()
    return value


def write_over(scores: Tensor, value_of: Callable[[Tensor], Tensor]) -> Tensor:
    """The scalar ``value_of(scores)``, its gradient written over the scores: by autograd, for any function."""
    with torch.enable_grad():
        leaf = scores.detach().requires_grad_()
        value = value_of(leaf)
        (gradient,) = torch.autograd.grad(value, leaf)
    scores.copy_(gradient)
    return value.detach()


class _Inplace(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, scores: Tensor, write: Callable[[Tensor], Tensor]) -> tuple[Tensor, Tensor]:
        value = write(scores.detach())
        ctx.mark_dirty(scores)
        ctx.save_for_backward(scores)
        ctx.set_materialize_grads(False)
        return value, scores

    @staticmethod
    def backward(ctx: Any, upstream: Tensor | None, overwritten: Tensor | None) -> Any:
        if overwritten is not None:
            raise LossmithError(
                "the prediction was overwritten by inplace=True and then used as if it still held scores"
            )
        if torch.is_grad_enabled():
            raise SecondDerivativeError("inplace=True keeps no scores to differentiate twice; leave inplace= out")
        if upstream is None:
            return None, None
        gradient = ctx.saved_tensors[0].detach()
        # a GPU is not asked what the number is: that would wait for it
        return gradient if upstream.is_cpu and upstream.item() == 1 else upstream * gradient, None
