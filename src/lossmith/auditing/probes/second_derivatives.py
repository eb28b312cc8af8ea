"""Backward passes that can be differentiated, and come out wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from lossmith.auditing import outputs
from lossmith.auditing.case import Case
from lossmith.auditing.findings import Finding
from lossmith.auditing.head import in_double
from lossmith.auditing.tracing import OwnBackward
from lossmith.models import run

_LARGEST = 1 << 16  # predictions, up to which it is asked
_WIDE = (1e-2, 1e-3, 1e-4)  # steps: at kinks that lie close the differences disagree
_NARROW = (1e-4, 1e-5, 1e-6)  # where a network has thousands of them

_WRONG = 0.05  # of the second derivative
_GRADIENT = 1e-3  # of the first
_AGREED = 2e-2  # of the second, over the steps
_EXACT = 1e-4  # of the first

Function = Callable[[Tensor], Tensor]


def of_the_loss(case: Case) -> Iterator[Finding]:
    """By the prediction."""
    scene, prediction, path = case.scene, case.prediction, case.scene.path
    if prediction is None or path is None or not scene.answer.is_attached or prediction.numel() > _LARGEST:
        return

    def value(leaf: Tensor) -> Tensor:
        type(scene).passes += 1
        output = outputs.replaced(outputs.detached(scene.output), path, leaf)
        return scene.loss(output, outputs.doubled(scene.target)).sum()  # type: ignore[no-any-return]

    yield from _judged(value, prediction.double(), _WIDE)


def of_the_model(case: Case) -> Iterator[Finding]:
    """By the parameters: a derivative within the loss, whose own derivative the model's backward pass gets wrong."""
    scene, module = case.scene, case.scene.module
    if module is None or scene.path is None or not _takes_a_derivative_by_its_own_backward(case):
        return
    inputs, target = outputs.doubled(scene.inputs), outputs.doubled(scene.target)

    def loss() -> Tensor:
        return scene.loss(run(module, inputs), target).sum()  # type: ignore[no-any-return]

    with in_double(module) as parameters:
        found = _along(loss, parameters)
    if found is not None and _off(*found) > _GRADIENT:
        yield Finding(
            "LM805",
            f"The gradient of the loss comes out as {found[0]:.4g} along a direction where it is {found[1]:.4g}: a "
            "backward pass was written that cannot be differentiated again, and does not say so.",
            {"autograd": found[0], "by differences": found[1]},
            "Mark the backward with @once_differentiable, or write it with differentiable operations.",
        )


def _along(value: Callable[[], Tensor], parameters: list[Tensor]) -> tuple[float, float] | None:
    """The derivative along a direction, by autograd and by differences; None where these do not agree among them."""
    generator = torch.Generator().manual_seed(1)
    drawn = [torch.randn(p.shape, generator=generator, dtype=torch.float64) for p in parameters]
    direction = [
        d.to(p) * p.detach().square().mean().sqrt().clamp_min(1e-2) for d, p in zip(drawn, parameters, strict=True)
    ]
    try:
        with torch.enable_grad():
            slopes = torch.autograd.grad(_seeded(value), parameters, allow_unused=True)
        found = sum(float((s * d).sum()) for s, d in zip(slopes, direction, strict=True) if s is not None)
        differences = [_difference(value, parameters, direction, step) for step in _NARROW]
    except Exception:
        return None
    return (found, differences[1]) if _spread(differences) < _EXACT else None


def _difference(value: Callable[[], Tensor], parameters: list[Tensor], direction: list[Tensor], step: float) -> float:
    sides: list[float] = []
    for sign in (1, -2, 1):  # up, down, and back
        with torch.no_grad():
            for p, d in zip(parameters, direction, strict=True):
                p.add_(sign * step * d)
        if len(sides) < 2:
            with torch.enable_grad():
                sides.append(float(_seeded(value).detach()))
    return (sides[0] - sides[1]) / (2 * step)


def _seeded(value: Callable[[], Tensor]) -> Tensor:
    torch.manual_seed(0)
    return value()


def _judged(value: Function, leaf: Tensor, steps: tuple[float, ...]) -> Iterator[Finding]:
    measured = _measured(value, leaf, steps)
    if measured is None:
        return
    found, differences = measured
    if _spread(differences) < _AGREED and _off(found, differences[-1]) > _WRONG:
        yield Finding(
            "LM805",
            f"The second derivative comes out as {found:.4g} along a direction where it is {differences[-1]:.4g}: a "
            "backward pass was written that cannot be differentiated, and does not say so.",
            {"autograd": found, "by differences": differences[-1]},
            "Mark the backward with @once_differentiable, or write it with differentiable operations.",
            is_mild=True,  # of a loss of which nobody takes the second
        )


def _measured(value: Function, leaf: Tensor, steps: tuple[float, ...]) -> tuple[float, list[float]] | None:
    """The derivative of the gradient along a direction, by autograd and by differences of the gradient."""
    direction = torch.randn(leaf.shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64).to(leaf.device)
    slopes = _slopes(value, leaf := leaf.detach().requires_grad_(), with_graph=True)
    if slopes is None or not bool(slopes.isfinite().all()):
        return None
    along = None
    if slopes.requires_grad:
        try:
            (along,) = torch.autograd.grad((slopes * direction).sum(), leaf, allow_unused=True)
        except RuntimeError:  # it says itself that it has none
            return None
    found = 0.0 if along is None else float((along * direction).sum())
    differences = []
    for step in steps:
        up, down = (_slopes(value, (leaf.detach() + sign * step * direction).requires_grad_()) for sign in (1, -1))
        if up is None or down is None:
            return None
        differences.append(float(((up - down) * direction).sum()) / (2 * step))
    return found, differences


def _off(found: float, expected: float) -> float:
    return max(abs(found - expected) - 1e-7, 0.0) / max(abs(expected), 1e-30)


def _spread(differences: list[float]) -> float:
    return max(max(differences) - min(differences) - 1e-9, 0.0) / max(abs(differences[-1]), 1e-30)


def _slopes(value: Function, leaf: Tensor, with_graph: bool = False) -> Tensor | None:
    torch.manual_seed(0)
    try:
        with torch.enable_grad():
            (slopes,) = torch.autograd.grad(value(leaf), leaf, create_graph=with_graph, allow_unused=True)
            return slopes
    except Exception:
        return None


def _takes_a_derivative_by_its_own_backward(case: Case) -> bool:
    """Whether, within model and loss, a backward pass runs that somebody wrote."""
    seen = OwnBackward()
    try:
        with torch.enable_grad(), seen:
            case.scene.loss(run(case.scene.model, case.scene.inputs), case.scene.target)
    except Exception:
        return False
    return seen.is_seen


PROBES = (of_the_loss, of_the_model)
