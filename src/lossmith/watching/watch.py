"""The watch over a training: hooks while a block lasts, a sample now and then, findings as they come."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import torch
from torch import Tensor, nn

from lossmith.auditing import outputs
from lossmith.auditing.findings import Finding, Report, ordered
from lossmith.errors import LossmithError
from lossmith.watching import layers, rules
from lossmith.watching.birth import Birth, Call, birth_of, is_sound
from lossmith.watching.eyes import Eyes
from lossmith.watching.floor import floor_of
from lossmith.watching.history import History, Sample
from lossmith.watching.optimisers import Optimisers


def watch(
    model: nn.Module, loss: Callable[..., Any] | None = None, *, every: int = 10, ignore: Iterable[str] = ()
) -> Watch:
    """Watch a training: what the audit sees in one batch, seen while it happens.

    The training is the same, bit for bit, as without: parameters, gradients, random numbers and modes are not touched,
    and when the block is left, by an exception too, no hook remains.

    Args:
        model: what is trained.
        loss: with which, so that a value below its least can be told; any callable.
        every: of so many steps one is sampled: the gradient, the update and the activations of all layers. The loss
            and NaN are looked at in each step.
        ignore: codes of findings that are intended.

    Returns:
        For a ``with`` block; ``w.step(value)`` once a step, after ``optimizer.step()``.

    Raises:
        LossmithError: the model is no module, or ``every`` is less than 1.

    Example:
        >>> import torch, lossmith as lm
        >>> model, loss = torch.nn.Linear(4, 3), lm.CrossEntropy()
        >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        >>> with lm.watch(model, loss) as w:
        ...     for step in range(20):
        ...         value = loss(model(torch.randn(8, 4)), torch.arange(8) % 3)
        ...         optimizer.zero_grad()
        ...         value.backward()
        ...         optimizer.step()
        ...         for finding in w.step(value):
        ...             print(finding)
        >>> w.report.ok, w.history.gradient_norms.shape
        (True, (2, 1))
    """
    if not isinstance(model, nn.Module):
        raise LossmithError(f"a module is watched, not a {type(model).__name__}: write lm.watch(model, loss)")
    if every < 1:
        raise LossmithError(f"every={every}: a step of so many is sampled, so write a number from 1")
    return Watch(model, loss, every, tuple(ignore))


class Watch:
    """A training under watch; made by :func:`lossmith.watch`.

    Attributes:
        history: losses, gradients, updates, dead units: what was seen so far.
        findings: what was found so far, in the order in which it was.
        steps: how often :meth:`step` was called.
    """

    def __init__(self, model: nn.Module, loss: Callable[..., Any] | None, every: int, ignore: tuple[str, ...]) -> None:
        self.model, self.loss, self.every = model, loss, every
        self.history = History(floor=floor_of(loss))
        self.findings: tuple[Finding, ...] = ()
        self._ignore = ignore
        self._told = 0
        self._call: Call | None = None
        self._is_called = False
        self._is_rerunning = False
        self._has_looked = False  # in the step that is sampled next
        self._hooks: list[Any] = []
        self._eyes = Eyes(model)
        self._optimisers: Optimisers | None = None

    @property
    def steps(self) -> int:
        """How often :meth:`step` was called."""
        return len(self.history.losses)

    @property
    def report(self) -> Report:
        """What was found so far, the worst first, as an audit has it."""
        return Report(ordered(self.findings))

    def to_dict(self) -> dict[str, Any]:
        """The report and the history as plain values."""
        return {**self.report.to_dict(), "steps": self.steps, "history": self.history.to_dict()}

    def save(self, path: str | Path) -> Path:
        """Write a page with the gradient through depth and time; one HTML file, which needs no network.

        Args:
            path: where to; one that ends in ``.png`` or ``.svg`` gets the picture alone.

        Raises:
            LossmithError: nothing was seen yet; another ending of the path, or a picture where Kaleido or a Chrome to
                draw it is missing.
        """
        from lossmith.watching.pictures import write

        if not self.history.samples:
            raise LossmithError("nothing was seen yet: call w.step(value) after each step of the training")
        return write(Path(path), self)

    # The block -------------------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        if self._hooks:
            raise LossmithError("this watch is in use already: write another lm.watch(model, loss)")
        self._look_around()
        self._optimisers = Optimisers(lambda: self._watched, lambda: self._find_birth(self.steps + 1))
        self._optimisers.is_sampling = True
        self._hooks = [
            self.model.register_forward_pre_hook(self._before_forward, with_kwargs=True),
            self.model.register_forward_hook(self._after_forward, always_call=True),
            self._optimisers,
        ]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._eyes.close()
        for hook in self._hooks:
            hook.remove()
        self._hooks, self._optimisers, self._call = [], None, None

    def step(self, loss: Tensor | float) -> list[Finding]:
        """Say that a step is done.

        Args:
            loss: its value, one number. One that is not finite is no error but a finding.

        Returns:
            What was found that was not found before, each code once in a training; mostly nothing.

        Raises:
            LossmithError: outside of the block, or the loss is more than one number.
        """
        if self._optimisers is None:
            raise LossmithError("the watch is not on: write 'with lm.watch(model, loss) as w:' around the loop")
        value = _number(loss)
        self.history.losses.append(value)
        self._say(rules.below_floor(self.history))
        if not math.isfinite(value):
            self._find_birth(self.steps)
        self._call = None  # nothing of the batch is kept any longer
        if self._is_due(self.steps) and not self._optimisers.are_late:
            self._take_sample(self._optimisers)
            for rule in rules.RULES:
                self._say(rule(self.history))
        self._optimisers.is_sampling = self._is_due(self.steps + 1)
        new = self.findings[self._told :]
        self._told = len(self.findings)
        return list(new)

    # Seeing ----------------------------------------------------------------------------------------------------------

    def _is_due(self, step: int) -> bool:
        """Whether a step is to be sampled: so many have passed since the last one that was."""
        last = self.history.samples[-1].step if self.history.samples else 1 - self.every
        return step - last >= self.every

    def _look_around(self) -> None:
        """The layers, as they are now: some may have come since."""
        self._parameters = layers.parameters_of(self.model, self._eyes.order)
        self._watched = {id(p): p for group in self._parameters.values() for p in group}

    def _before_forward(self, model: nn.Module, positional: tuple[Any, ...], named: dict[str, Any]) -> None:
        self._is_called = torch.is_grad_enabled() and not self._is_rerunning  # else somebody evaluates
        if not self._is_called:
            return
        if self._call is None or self._call.is_sound:
            device = next((p.device.type for p in self._watched.values()), "cpu")
            dtype = torch.get_autocast_dtype(device) if torch.is_autocast_enabled(device) else None
            self._call = Call(positional, named, device, dtype)
        if not self._has_looked and self._is_due(self.steps + 1) and self._eyes.can_see:
            self._has_looked = True
            self._eyes.open()

    def _after_forward(self, model: nn.Module, positional: tuple[Any, ...], output: Any) -> None:
        self._eyes.close()
        if output is None or self._call is None or not self._is_called:
            return
        for n, tensor in enumerate(outputs.tensors_of(output).values()):
            if tensor.requires_grad:
                tensor.register_hook(_noted(self._call, n))

    def _take_sample(self, optimisers: Optimisers) -> None:
        self._look_around()
        watched = list(self._watched.values())
        if not optimisers.gradients:  # none of torch's optimisers made a step: what has gathered so far
            having = [p for p in watched if p.grad is not None]
            found = layers.norms([p.grad for p in having if p.grad is not None])
            optimisers.gradients = {id(p): norm for p, norm in zip(having, found, strict=True)}
        moved, were = ({key: pair[n] for key, pair in optimisers.changes.items()} for n in (0, 1))
        still = [p for p in watched if id(p) not in were]
        weights = were | dict(zip(map(id, still), layers.norms(still), strict=True))
        self.history.samples.append(
            Sample(
                step=self.steps,
                layers=layers.described(self._parameters),
                gradients=layers.by_layer(self._parameters, optimisers.gradients),
                updates=layers.shares(
                    layers.by_layer(self._parameters, moved), layers.by_layer(self._parameters, were)
                ),
                weights=layers.by_layer(self._parameters, weights),
                dead=self._eyes.dead,
                looks=self._eyes.looks,
            )
        )
        optimisers.forget()
        self._has_looked = False

    # Finding ---------------------------------------------------------------------------------------------------------

    def _find_birth(self, step: int) -> None:
        """Where NaN came from, while the weights are still those that made it."""
        if self._has_found(rules.NOT_A_NUMBER) or rules.NOT_A_NUMBER in self._ignore:
            return
        birth = Birth("?", "forward", "somewhere: the model was not called while it was watched")
        if self._call is not None:
            self._is_rerunning = True
            try:
                birth = birth_of(self.model, self._call)
            except Exception as error:  # a model that cannot be called twice
                birth = Birth("?", "forward", f"somewhere: the model cannot be run again ({type(error).__name__})")
            finally:
                self._is_rerunning = False
        self._say(rules.not_a_number(birth, step, self.history))

    def _has_found(self, code: str) -> bool:
        return any(finding.code == code for finding in self.findings)

    def _say(self, finding: Finding | None) -> None:
        if finding is not None and finding.code not in self._ignore and not self._has_found(finding.code):
            self.findings += (finding,)


def _noted(call: Call, n: int) -> Callable[[Tensor], None]:
    """A hook that keeps the gradient which comes back to an output of the call."""

    def arrives(gradient: Tensor) -> None:
        call.arrived[n] = gradient
        call.is_sound = call.is_sound and is_sound(gradient)

    return arrives


def _number(loss: Tensor | float) -> float:
    size = loss.numel() if isinstance(loss, Tensor) else 1
    if size != 1:
        raise LossmithError(f"the loss of a step is one number, and {size} were given: write w.step(value.mean())")
    return float(loss.detach() if isinstance(loss, Tensor) else loss)
