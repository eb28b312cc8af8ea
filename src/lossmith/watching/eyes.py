"""What a forward pass shows: the order of the layers, and units that are cut off at 0."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.module import register_module_forward_hook, register_module_forward_pre_hook
from torch.utils._python_dispatch import TorchDispatchMode

LOOKS = 5  # batches in a row for which a dead unit gives 0

_CUTS = ("relu", "relu_", "clamp_min", "clamp_min_", "threshold", "threshold_", "hardtanh", "hardtanh_")
_CHANNELS_SECOND, _CHANNELS_LAST = ("convolution",), ("addmm", "mm", "bmm", "linear", "baddbmm")


class Eyes:
    """Opened for the forward pass of a sampled step, closed after it.

    Attributes:
        order: the modules by when they were first called.
        zeros: for each activation that cuts off, how many looks in a row each of its units was 0 in the whole batch.
        looks: how often they were opened.
    """

    def __init__(self, model: nn.Module) -> None:
        self.model = model
        self.order: dict[str, int] = {}
        self.zeros: dict[str, Tensor] = {}
        self.looks = 0
        self._sight: _Sight | None = None
        self._hooks: list[Any] = []

    @property
    def can_see(self) -> bool:
        """Compiled code calls no hooks."""
        return not any(
            hasattr(module, "_orig_mod") or getattr(module, "_compiled_call_impl", None) is not None
            for module in self.model.modules()
        )

    def open(self) -> None:
        """Before a forward pass."""
        self.close()
        names = {module: name or "model" for name, module in self.model.named_modules()}
        self._sight = _Sight(names, self.order)
        self._hooks = [
            register_module_forward_pre_hook(self._sight.enter),
            register_module_forward_hook(self._sight.leave, always_call=True),
        ]
        self._sight.__enter__()  # type: ignore[no-untyped-call]

    def close(self) -> None:
        """After it; without effect where they are closed."""
        if self._sight is None:
            return
        self._sight.__exit__(None, None, None)  # type: ignore[no-untyped-call]
        for hook in self._hooks:
            hook.remove()
        self.looks += 1
        for name, is_zero in self._sight.zeros.items():
            before = self.zeros.get(name)
            runs = is_zero.long() if before is None or before.shape != is_zero.shape else (before + 1) * is_zero
            self.zeros[name] = runs
        self._sight = None

    @property
    def dead(self) -> dict[str, float]:
        """The share of units of each activation that were 0 in each of the last looks."""
        asked = min(LOOKS, self.looks)
        return {name: float((runs >= asked).double().mean()) for name, runs in self.zeros.items()}


class _Sight(TorchDispatchMode):
    """Notes which modules are entered, and for each operation that cuts numbers off which units it leaves at 0."""

    def __init__(self, names: dict[nn.Module, str], order: dict[str, int]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.names, self.order = names, order
        self.zeros: dict[str, Tensor] = {}
        self._inside: list[str] = ["model"]
        self._axis = 1
        self._calls: dict[str, int] = {}

    def enter(self, module: nn.Module, inputs: Any) -> None:
        if name := self.names.get(module):
            self._inside.append(name)
            self.order.setdefault(name, len(self.order))

    def leave(self, module: nn.Module, inputs: Any, output: Any) -> None:
        if module in self.names and len(self._inside) > 1:
            self._inside.pop()

    def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        output = function(*args, **(kwargs or {}))
        name = function.overloadpacket.__name__
        if name in _CUTS and isinstance(output, Tensor) and output.dim() >= 2 and len(output) > 1:
            self._look(output.detach())
        elif name in _CHANNELS_SECOND:
            self._axis = 1
        elif name in _CHANNELS_LAST:
            self._axis = -1
        return output

    def _look(self, output: Tensor) -> None:
        """Units are channels after a convolution, and numbers of the last axis after a linear layer."""
        name = self._inside[-1]
        self._calls[name] = call = self._calls.get(name, 0) + 1  # a module may cut off more than once
        others = [axis for axis in range(output.dim()) if axis != self._axis % output.dim()]
        with torch.no_grad():
            self.zeros[name if call == 1 else f"{name} (call {call})"] = output.amax(dim=others) == 0
