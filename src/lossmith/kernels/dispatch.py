"""Which path runs: decided here, before any autograd.Function is entered."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import Any, TypeVar, cast

import torch
from torch import Tensor
from torch.autograd import forward_ad

from lossmith.errors import SecondDerivativeError

F = TypeVar("F", bound=Callable[..., Any])

# A call for a few values compiles no kernel: whoever draws a curve or tries a loss by hand does not wait for one. By
# size alone, not by how often it was called: the same call gives the same bits, whatever came before.
FEWEST = 1024
KERNELS_ARE_OFF = os.environ.get("LOSSMITH_KERNELS", "on").lower() in ("off", "0", "false")

# Triton's kernels also on the CPU, which its interpreter can do: for tests
TRITON_ON_CPU = False

# Private names of torch, guarded: where a version lacks one, we take the path that is always right.
_transforms_active = getattr(torch._C, "_are_functorch_transforms_active", lambda: True)
_forward_level = functools.partial(getattr, forward_ad, "_current_level", 0)
_dispatch_modes = getattr(torch._C, "_len_torch_dispatch_stack", lambda: 1)


def apply(function: type[torch.autograd.Function], *arguments: Any) -> Any:
    """Run a differentiable kernel: plainly where nothing differentiates, traced by a compiler, or under autograd.

    ``function`` may define ``tangents(ctx, *tangents)``, the forward-mode rule. A compiler refuses a Function that has
    one, so it is added only outside of compilation.
    """
    if not _is_differentiated(arguments):
        return function.forward(*arguments)
    if torch.compiler.is_compiling():
        if _nested_gradients():
            raise SecondDerivativeError(
                "torch.compile drops the derivative of a gradient of torch.func (it would come out as 0); compile the "
                "inner function alone, or call torch.func.hessian and its like uncompiled"
            )
        return function.apply(*arguments)
    return _with_forward_mode(function).apply(*arguments)


def may_read_values(*tensors: Tensor | None) -> bool:
    """Whether Python may look at the numbers: eager mode on the CPU, where that costs no synchronisation."""
    return _are_plain(tensors) and all(t is None or t.device.type == "cpu" for t in tensors)


def on_gpu(tensor: Tensor) -> bool:
    """Whether Triton's kernels compute with this tensor."""
    return tensor.is_cuda or TRITON_ON_CPU


def runs_plainly(*tensors: Tensor) -> bool:
    """Whether an operation that knows backward and nothing else will do: eager, without transforms, modes, tangents."""
    return _are_plain(tensors) and _forward_level() < 0 and all(map(is_dense, tensors))


def is_dense(tensor: Tensor) -> bool:
    """Whether its numbers are what lies in its memory."""
    return tensor.layout is torch.strided and not tensor.is_nested and not tensor.is_neg()


def _are_plain(tensors: tuple[Tensor | None, ...]) -> bool:
    if torch.compiler.is_compiling() or _transforms_active() or _dispatch_modes():
        return False
    return all(t is None or type(t) in (Tensor, torch.nn.Parameter) for t in tensors)


def _is_differentiated(arguments: tuple[Any, ...]) -> bool:
    if not torch.compiler.is_compiling() and (_transforms_active() or _forward_level() >= 0):
        return True
    return torch.is_grad_enabled() and any(isinstance(a, Tensor) and a.requires_grad for a in arguments)


def at_compile_time(function: F) -> F:
    """Let a compiler run the function once while it traces, and take the result for a constant.

    It is what torch.compiler.assume_constant_result does, which would import the compiler with ``import lossmith``.
    """
    function._dynamo_marked_constant = True  # type: ignore[attr-defined]
    return function


def remembered(function: F) -> F:
    """Keep results by their arguments; a compiler takes them for constants. For what traits are computed from."""
    known = functools.cache(function)

    @at_compile_time
    @functools.wraps(function)
    def look_up(*arguments: Any) -> Any:
        return known(*arguments)

    return cast(F, look_up)


@at_compile_time
def _nested_gradients() -> bool:
    stack = torch._C._functorch.get_interpreter_stack() or ()
    kinds = torch._C._functorch.TransformType
    return sum(level.key() in (kinds.Grad, kinds.Jvp) for level in stack) > 1


@functools.cache
def _with_forward_mode(function: Any) -> Any:
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
        function.setup_context(ctx, inputs, output)
        ctx.save_for_forward(*ctx.to_save)

    def jvp(ctx: Any, *tangents: Any) -> Any:
        return function.tangents(ctx, *tangents)

    members = {"setup_context": staticmethod(setup_context), "jvp": staticmethod(jvp)}
    return type(function.__name__, (function,), members)
