"""What the operations of a model or a loss do to numbers, seen while they run."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

EXPONENTIAL = {"exp", "exp2", "expm1", "sinh", "cosh", "pow", "square", "mul", "mm", "bmm", "addmm", "sum", "mse_loss"}
AT_AN_END = 1e-3
HALF = (torch.float16, torch.bfloat16)
LOGARITHM = {"log", "log2", "log10", "log1p", "xlogy", "logit"}


class Lost(TorchDispatchMode):
    """Notes that operation, of those that run while it is entered, forwards and backwards.

    Attributes:
        by: "exponential" (or another that grows), "logarithm", or "" where it was none of these.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.by = ""

    def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        output = function(*args, **(kwargs or {}))
        name = function.overloadpacket.__name__.removesuffix("_")
        kind = "exponential" if name in EXPONENTIAL else "logarithm" if name in LOGARITHM else ""
        if kind and not self.by and not _are_numbers(output) and _are_numbers((args, kwargs)):
            self.by = kind
        return output


def _are_numbers(values: Any) -> bool:
    tensors = [v for v in tree_leaves(values) if isinstance(v, Tensor) and v.is_floating_point()]
    return all(bool(torch.isfinite(t).all()) for t in tensors)


class Squashed(TorchDispatchMode):
    """Notes, for each operation that squashes, the share of its numbers (of its rows) that are at an end, and these.

    Attributes:
        found: in the order in which they run.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.found: list[tuple[float, Tensor]] = []

    def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        output = function(*args, **(kwargs or {}))
        name = function.overloadpacket.__name__.removesuffix("_")
        if name == "sigmoid":
            self._note(output, output.minimum(1 - output) < AT_AN_END)
        elif name == "tanh":
            self._note(output, 1 - output.abs() < AT_AN_END)
        elif name == "_softmax" and output.shape[args[1]] > 1:
            self._note(output, output.amax(args[1]) > 1 - AT_AN_END)
        return output

    def _note(self, output: Tensor, is_at_an_end: Tensor) -> None:
        self.found.append((float(is_at_an_end.double().mean()), output.detach()))


class OwnBackward(TorchDispatchMode):
    """Notes whether a backward pass that somebody wrote runs, as where a derivative is part of what a model gives.

    Attributes:
        is_seen: whether one did.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.is_seen = False

    def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        node = torch._C._current_autograd_node()
        self.is_seen = self.is_seen or isinstance(node, torch.autograd.function.BackwardCFunction)
        return function(*args, **(kwargs or {}))


class Halved(TorchDispatchMode):
    """Notes whether a sum, or what has one within, is taken in half precision.

    Attributes:
        dtype: in which; None where none is.
    """

    SUMS = ("sum", "mean", "var", "std", "prod", "cumsum", "logsumexp", "norm", "linalg_vector_norm", "dot")

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.dtype: torch.dtype | None = None

    def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        output = function(*args, **(kwargs or {}))
        is_sum = function.overloadpacket.__name__ in self.SUMS
        if is_sum and isinstance(output, Tensor) and output.dtype in HALF:
            self.dtype = output.dtype
        return output


class CutOff(TorchFunctionMode):
    """Notes, for each operation that cuts numbers off at a bound, the share of units that are 0 for all samples."""

    OPERATIONS = ("relu", "relu_", "relu6", "clamp", "clamp_", "clamp_min", "clamp_min_", "threshold", "hardtanh")

    def __init__(self) -> None:
        super().__init__()
        self.dead: list[float] = []

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        output = function(*args, **(kwargs or {}))
        name = getattr(function, "__name__", "")
        if name in self.OPERATIONS and isinstance(output, Tensor) and output.dim() >= 2 and len(output) > 1:
            units = output.detach().transpose(0, 1).flatten(1)
            self.dead.append(float((units == 0).all(1).double().mean()))
        return output


class Added(TorchFunctionMode):
    """Notes what is added to something with a gradient and has none itself.

    Attributes:
        parts: their sums, and those of what comes out, in the order in which they are added.
        are_numbers: whether each is one number.
    """

    OPERATIONS = ("add", "sub", "stack", "cat")

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[tuple[float, float]] = []
        self.are_numbers: list[bool] = []

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        output = function(*args, **(kwargs or {}))
        name = getattr(function, "__name__", "").strip("_").removeprefix("i").removeprefix("r")
        if name in self.OPERATIONS and args and isinstance(output, Tensor):
            self._note(name, args[0] if name in ("stack", "cat") else args[:2], output)
        return output

    def _note(self, name: str, parts: Any, output: Tensor) -> None:
        tensors = [p for p in parts if isinstance(p, Tensor)]
        are_numbers = all(t.numel() == 1 for t in tensors)
        if not any(t.requires_grad for t in tensors) or not (are_numbers or name == "add"):
            return  # a difference from what is detached is a distance from it
        for part in parts:
            is_loose = not (isinstance(part, Tensor) and part.requires_grad)
            if is_loose and isinstance(part, int | float | Tensor):
                self.parts.append((_sum_of(part), _sum_of(output)))
                self.are_numbers.append(are_numbers)


def _sum_of(value: float | Tensor) -> float:
    return float(value.detach().double().sum()) if isinstance(value, Tensor) else float(value)
