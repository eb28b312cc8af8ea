"""Where the first NaN or infinity was made: a call is run again, with the same inputs and random numbers."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.module import register_module_forward_hook, register_module_forward_pre_hook

from lossmith.auditing import outputs
from lossmith.models import untouched


@dataclass
class Call:
    """A call of the model, with what it takes to run it again.

    Attributes:
        positional, named: what the model was given.
        generator: the state of torch's random numbers before.
        device: the kind of device on which the model is.
        autocast: the dtype of automatic mixed precision, where that was on.
        arrived: of each tensor that came out, the gradient that came back; in the order of ``outputs.tensors_of``.
        is_sound: whether no gradient that came back has a NaN or an infinity.
    """

    positional: tuple[Any, ...]
    named: Mapping[str, Any]
    device: str
    autocast: torch.dtype | None
    generator: Tensor = field(default_factory=torch.get_rng_state)
    arrived: dict[int, Tensor] = field(default_factory=dict)
    is_sound: bool = True

    def again(self, model: nn.Module) -> Any:
        """What the model gives."""
        torch.set_rng_state(self.generator)
        with torch.enable_grad(), torch.autocast(self.device, self.autocast, enabled=self.autocast is not None):
            return model(*self.positional, **self.named)

    def way_back(self, output: Any, model: nn.Module) -> dict[str, Tensor | None]:
        """The gradients of the parameters, from those that came back; none is kept in the model."""
        tensors = list(outputs.tensors_of(output).values())
        pairs = [(tensors[n], gradient) for n, gradient in self.arrived.items() if tensors[n].requires_grad]
        wanted = {name: p for name, p in model.named_parameters() if p.requires_grad}
        if not pairs or not wanted:
            return {}
        starts, gradients = zip(*pairs, strict=True)
        found = torch.autograd.grad(starts, list(wanted.values()), gradients, allow_unused=True)
        return dict(zip(wanted, found, strict=True))


@dataclass(frozen=True)
class Birth:
    """Where it was made.

    Attributes:
        layer: the module, as ``named_modules`` has it; ``"loss"`` behind the model, ``"inputs"`` before it.
        where: ``"forward"`` or ``"backward"``.
        how: in words, to follow "first appears".
    """

    layer: str
    where: str
    how: str


def birth_of(model: nn.Module, call: Call) -> Birth:
    """Run the call again, forwards and where that is sound backwards; the model stays as it was."""
    if not all(map(is_sound, _tensors((call.positional, call.named)))):
        return Birth("inputs", "forward", "in the inputs of the model")
    steps = _Steps({module: name or "model" for name, module in model.named_modules()})
    with untouched(model):
        with steps.noted():
            output = call.again(model)
        if unsound := steps.first_unsound():
            return _forward(unsound, dict(model.named_parameters()))
        if call.is_sound:
            gradients = call.way_back(output, model)
            name = steps.first_that_breaks_a_gradient() or _last_spoilt(gradients, steps)
            if name:
                return Birth(name, "backward", f"in the gradient that {name} computes, while its output is finite")
    largest = max((float(t.detach().abs().max()) for t in _tensors(output) if t.numel()), default=0.0)
    return Birth("loss", "forward", f"in the loss itself: the model's output is finite, at most {largest:.3g} in size")


def is_sound(tensor: Tensor) -> bool:
    """Whether it has no NaN and no infinity, without a copy of it."""
    if not tensor.is_floating_point() or tensor.numel() == 0:
        return True
    values = tensor.detach()
    values = values.coalesce().values() if values.is_sparse else values
    return bool(torch.linalg.vector_norm(values, torch.inf).isfinite())


@dataclass
class _Step:
    """A module in the order in which modules end, so that what lies within comes before what holds it."""

    name: str
    holder: str  # the module that called it; "" for the model itself
    is_sound: bool  # of its output
    takes_sound: bool  # of its input
    arrives_sound: bool | None = None  # of the gradient by its output, none where none arrived
    leaves_sound: bool = True  # of the gradient by its input


class _Steps:
    def __init__(self, names: dict[nn.Module, str]) -> None:
        self.names = names
        self.ended: list[_Step] = []
        self._open: list[_Step] = []

    @contextlib.contextmanager
    def noted(self) -> Iterator[None]:
        hooks = [
            register_module_forward_pre_hook(self._enter),  # type: ignore[arg-type]  # it may give other inputs
            register_module_forward_hook(self._leave),
        ]
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()

    def first_unsound(self) -> _Step | None:
        """The innermost module that was the first to give what is no number."""
        return next((step for step in self.ended if not step.is_sound), None)

    def first_that_breaks_a_gradient(self) -> str | None:
        """The innermost module that a finite gradient enters from behind, and another leaves."""
        return next((step.name for step in self.ended if step.arrives_sound and not step.leaves_sound), None)

    def _enter(self, module: nn.Module, inputs: tuple[Any, ...]) -> tuple[Any, ...] | None:
        if module not in self.names:
            return None
        holder = self._open[-1].name if self._open else ""
        step = _Step(self.names[module], holder, True, all(map(is_sound, _tensors(inputs))))
        self._open.append(step)

        def leaves(gradient: Tensor) -> None:
            step.leaves_sound &= is_sound(gradient)

        # a view of its own: what other modules do with the same tensor is not this one's gradient
        return tuple(_observed(each, leaves) for each in inputs)

    def _leave(self, module: nn.Module, inputs: Any, output: Any) -> None:
        if module not in self.names:
            return
        step = self._open.pop()
        step.is_sound = all(map(is_sound, _tensors(output)))
        self.ended.append(step)

        def arrives(gradient: Tensor) -> None:
            step.arrives_sound = is_sound(gradient) and step.arrives_sound is not False

        for tensor in _tensors(output):
            if tensor.requires_grad:
                tensor.register_hook(arrives)


def _observed(value: Any, hook: Any) -> Any:
    if not (isinstance(value, Tensor) and value.requires_grad):
        return value
    view = value.view_as(value)
    view.register_hook(hook)
    return view


def _forward(step: _Step, parameters: Mapping[str, Tensor]) -> Birth:
    prefix = "" if step.name == "model" else f"{step.name}."
    spoilt = [name for name, p in parameters.items() if name.startswith(prefix) and not is_sound(p)]
    if spoilt:
        return Birth(step.name, "forward", f"in the parameters of {step.name} ({spoilt[0]}), before this step")
    if not step.takes_sound and step.holder:
        return Birth(step.holder, "forward", f"in {step.holder}, in what it computes before it calls {step.name}")
    return Birth(step.name, "forward", f"in the output of {step.name}, while its input is finite")


def _last_spoilt(gradients: Mapping[str, Tensor | None], steps: _Steps) -> str | None:
    """The layer nearest to the loss of which a parameter's gradient is no number."""
    spoilt = {name.rpartition(".")[0] or "model" for name, g in gradients.items() if g is not None and not is_sound(g)}
    return next((step.name for step in reversed(steps.ended) if step.name in spoilt), None)


def _tensors(value: Any) -> list[Tensor]:
    return list(outputs.tensors_of(value).values())
