"""Traits by measurement, for a user's own loss that claims none: what sampled slopes show, and no proof."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from lossmith.links import IDENTITY
from lossmith.loss import Loss
from lossmith.targets import BINARY, SIGN
from lossmith.traits import Traits

NEAR = torch.linspace(-8, 8, 1602, dtype=torch.float64)  # an even count: 0 and other favourite kinks lie between points
FAR = torch.logspace(1, 6, 51, dtype=torch.float64)


@functools.cache
def measured(loss: Loss) -> Traits:
    """The traits that slopes along straight lines through the predictions show.

    ``smooth`` is 0 (the slope jumps), 1 (the curvature jumps) or ``math.inf`` (neither was seen to); ``lipschitz`` is
    ``math.inf`` where slopes still grow between 10³ and 10⁶; what grows no more or dies out by then counts as bounded
    or redescending. What it elicits is not known.
    """
    steps = torch.cat([-FAR.flip(0), NEAR, FAR])
    lines = _lines(loss)
    # near 0 by itself too: a slope that ends at 10³⁰⁰ would hide what happens there
    slopes, near = [line.slope(steps) for line in lines], [line.slope(NEAR) for line in lines]
    convex = all(_never_falls(s) for s in (*slopes, *near))
    return Traits(
        target=loss._target_coding(),
        link=IDENTITY,
        elicits="not stated",
        convex=convex,
        smooth=min(line.smoothness() for line in lines),
        lipschitz=_steepest(loss, lines),
        strictly_convex=convex and all(line.is_curved(s) for line, s in zip(lines, near, strict=True)),
        strongly_convex=convex and all(bool((s.diff() > 1e-6 * steps.diff()).all()) for s in slopes),
        bounded=all(line.is_bounded() for line in lines),
        redescending=all(bool(s[[0, -1]].abs().max() <= 1e-3 * s.nan_to_num().abs().max()) for s in slopes),
        symmetric=_mirrored(loss),
    )


class _Line:
    """A loss along start + τ·direction, for one target."""

    def __init__(self, loss: Loss, target: Tensor, start: Tensor, direction: Tensor) -> None:
        self.loss, self.target, self.start, self.direction = loss, target, start, direction

    def gradient(self, steps: Tensor) -> Tensor:
        """By each prediction, shape (len(steps), …)."""
        along = (1,) * self.start.dim()
        points = self.start + steps.reshape(-1, *along) * self.direction
        targets = self.target.expand(len(steps), *self.target.shape)
        gradient: Tensor = self.loss.gradient(points, targets)
        return gradient

    def slope(self, steps: Tensor) -> Tensor:
        """By τ, shape (len(steps),)."""
        return (self.gradient(steps) * self.direction).reshape(len(steps), -1).sum(1)

    def curve(self, steps: Tensor) -> Tensor:
        """The second derivative by τ, shape (len(steps),)."""
        leaf = steps.clone().requires_grad_()
        points = self.start + leaf.reshape(-1, *(1,) * self.start.dim()) * self.direction
        value = self.loss(points, self.target.expand(len(steps), *self.target.shape), reduction="none")
        (slope,) = torch.autograd.grad(value.sum(), leaf, create_graph=True)
        (curve,) = torch.autograd.grad(slope.sum(), leaf, allow_unused=True)
        return torch.zeros_like(steps) if curve is None else curve

    def value(self, steps: Tensor) -> Tensor:
        """Of the loss, shape (len(steps),)."""
        points = self.start + steps.reshape(-1, *(1,) * self.start.dim()) * self.direction
        value: Tensor = self.loss(points, self.target.expand(len(steps), *self.target.shape), reduction="none")
        return value

    def is_bounded(self) -> bool:
        """Whether growth dies out: from 10⁴·⁵ to 10⁶ it is less than half of that from 10³ to 10⁴·⁵."""
        largest = torch.stack([self.value(-FAR), self.value(FAR)]).amax(0).cummax(0).values
        near, middle, far = largest[[20, 35, 50]].tolist()
        return math.isfinite(far) and far - middle <= (middle - near) / 2 + 1e-9 * abs(near)

    def is_curved(self, slope: Tensor) -> bool:
        """Whether the slope rises all along ``NEAR``, be it by less than its own last digit."""
        rises = slope.diff() > 0
        return bool(rises.all()) or bool((rises | (self.curve(NEAR)[1:] > 0)).all())

    def smoothness(self) -> float:
        """0 where the slope jumps, 1 where the curvature does, else infinite."""
        if _jumps(self.slope):
            return 0
        return 1 if _jumps(self.curve) else math.inf


def _lines(loss: Loss, times: int = 1) -> list[_Line]:
    """Through random predictions, for each example of the coding, ``times`` as large. In a third two move alone.

    And of several predictions that are far apart, one that passes the largest of the others.
    """
    generator, apart = torch.Generator().manual_seed(0), torch.Generator().manual_seed(2)
    lines = []
    for example in loss._target_coding().examples:
        shape, target = loss._sample(_exact(example) * times)
        for i in range(3):
            start, direction = torch.randn(2, *shape, generator=generator, dtype=torch.float64)
            if i == 2 and shape:
                direction[..., :-2] = 0
            lines.append(_Line(loss, target, start, direction / direction.abs().max()))
        if shape and shape[-1] > 1:
            start, direction = 8 * torch.randn(*shape, generator=apart, dtype=torch.float64), torch.zeros(*shape)
            start[..., -1], direction[..., -1] = start[..., :-1].amax(), 1
            lines.append(_Line(loss, target, start, direction.double()))
    return lines


def _exact(example: Any) -> Tensor:
    """Labels as integers, all else in float64."""
    target = torch.tensor(example)
    return target.double() if target.is_floating_point() else target


def _mirrored(loss: Loss) -> bool:
    """Whether an error and its mirror image cost the same."""
    coding, generator = loss._target_coding(), torch.Generator().manual_seed(1)
    for example in coding.examples:
        shape, target = loss._sample(_exact(example))
        x = torch.randn(8, *shape, generator=generator, dtype=torch.float64)
        t = target.expand(8, *target.shape)
        if not (loss.HAS_CLASSES or t.is_floating_point()):
            return False  # labels, but no axis of classes
        if loss.HAS_CLASSES:
            order = torch.roll(torch.arange(x.shape[-1]), 1)
            image = x[..., order], t[..., order] if t.dim() == x.dim() else order.argsort()[t]
        else:
            negated = coding is SIGN or coding.task == "sets"
            image = (-x, -t) if negated else (-x, 1 - t) if coding is BINARY else (loss._beyond(x, t), t)
        if not torch.allclose(loss(x, t, reduction="none"), loss(*image, reduction="none"), rtol=1e-9):
            return False
    return True


def _jumps(function: Callable[[Tensor], Tensor]) -> bool:
    """Whether a function of τ has a step: a difference that stays while the interval around it shrinks to nothing."""
    values = function(NEAR)
    step = 1e-4 * values.nan_to_num().abs().max()
    ends = torch.stack([NEAR[:-1], NEAR[1:], values[:-1], values[1:]])
    for halving in range(40):
        low, high, at_low, at_high = ends
        middle = (low + high) / 2
        at_middle = function(middle)
        is_left = (at_middle - at_low).abs() > (at_high - at_middle).abs()
        left, right = torch.stack([low, middle, at_low, at_middle]), torch.stack([middle, high, at_middle, at_high])
        ends = torch.where(is_left, left, right)
        if halving > 8:  # by now what is smooth moves by less than a step
            ends = ends[:, (ends[3] - ends[2]).abs() > step]
        if not ends.numel():
            return False
    return True


def _never_falls(slope: Tensor) -> bool:
    slope = slope[~slope.isnan()]
    finite = slope[slope.isfinite()]
    scale = finite.abs().max() if len(finite) else finite.sum()
    return not bool((slope.diff() < -1e-9 * scale).any())  # from ∞ to ∞ is NaN, and no fall


def _steepest(loss: Loss, lines: list[_Line]) -> float:
    """The largest slope; infinite where slopes still grow between scores, and real targets, of 10³ and of 10⁶."""

    def within(reach: int) -> float:
        wild = _lines(loss, reach) if loss._target_coding().task == "regression" else []
        steps = FAR[reach >= FAR]
        return max(_largest(line.gradient(torch.cat([-steps, NEAR, steps]))) for line in (*lines, *wild))

    near, far = within(10**3), within(10**6)
    return math.inf if far > 1.001 * near else near


def _largest(gradient: Tensor) -> float:
    finite = gradient[~gradient.isnan()]
    return float(finite.abs().max()) if finite.numel() else 0.0
