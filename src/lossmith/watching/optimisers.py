"""What optimisers do to the parameters of a model: gradients before a step, weights before and after it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.optimizer import register_optimizer_step_post_hook, register_optimizer_step_pre_hook

from lossmith.watching.birth import is_sound
from lossmith.watching.layers import norms


class Optimisers:
    """All of torch's optimisers, those that are made later too; of their parameters, the ones that are asked for.

    Args:
        parameters: gives those that are watched, by identity.
        on_spoilt: is called where a step is about to be made with a gradient that is not finite.

    Attributes:
        is_sampling: whether steps are measured; else only vectors are looked at for NaN, which costs next to nothing.
        gradients: the norm of each parameter's gradient in the last measured step, by identity.
        changes: the norm of what that step added to each parameter, and the norm of what it was.
    """

    def __init__(self, parameters: Callable[[], Mapping[int, nn.Parameter]], on_spoilt: Callable[[], None]) -> None:
        self._parameters, self._on_spoilt = parameters, on_spoilt
        self._hooks = [
            register_optimizer_step_pre_hook(self._before),
            register_optimizer_step_post_hook(self._after),
        ]
        self._kept: list[tuple[nn.Parameter, Tensor]] = []
        self.is_sampling = False
        self._have_stepped = False
        self.forget()

    def forget(self) -> None:
        """The last measured step."""
        self.gradients: dict[int, float] = {}
        self.changes: dict[int, tuple[float, float]] = {}

    @property
    def are_late(self) -> bool:
        """Whether they make steps, but none since the last that was measured: gradients are still gathered."""
        return self._have_stepped and not self.changes

    def remove(self) -> None:
        """The hooks."""
        for hook in self._hooks:
            hook.remove()

    def _before(self, optimiser: Optimizer, args: Any, kwargs: Any) -> None:
        mine = self._mine(optimiser)
        if not mine or _skips(optimiser):
            return
        looked_at = mine if self.is_sampling else [p for p in mine if p.dim() < 2] or mine
        found = self._measured(optimiser, looked_at)
        # a norm may be infinite where no number is
        if not all(map(math.isfinite, found.values())) and not all(
            is_sound(p.grad) for p in looked_at if p.grad is not None
        ):
            self._on_spoilt()
        self._have_stepped = True
        if self.is_sampling:
            self.gradients |= found
            self._kept = [(p, p.detach().clone()) for p in mine]

    def _after(self, optimiser: Optimizer, args: Any, kwargs: Any) -> None:
        if not self._kept:
            return
        parameters, kept = zip(*self._kept, strict=True)
        were = norms(kept)
        with torch.no_grad():
            torch._foreach_sub_(kept, parameters)  # in place: new memory for all weights would cost more than the rest
        moved = norms(kept)
        self.changes |= {id(p): pair for (p, _), *pair in zip(self._kept, moved, were, strict=True)}  # type: ignore[misc]
        self._kept = []

    def _mine(self, optimiser: Optimizer) -> list[nn.Parameter]:
        watched = self._parameters()
        return [
            p for group in optimiser.param_groups for p in group["params"] if id(p) in watched and p.grad is not None
        ]

    def _measured(self, optimiser: Optimizer, parameters: Sequence[nn.Parameter]) -> dict[int, float]:
        scale = getattr(optimiser, "grad_scale", None)  # of a GradScaler, for an optimiser that divides by it itself
        factor = 1.0 if scale is None else float(scale)
        found = norms([p.grad for p in parameters if p.grad is not None])
        return {id(p): norm / factor for p, norm in zip(parameters, found, strict=True)}


def _skips(optimiser: Optimizer) -> bool:
    """Whether a GradScaler has told the optimiser to leave out this step."""
    found = getattr(optimiser, "found_inf", None)
    return found is not None and bool(found)
