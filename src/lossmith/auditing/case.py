"""All that the probes read: the scene, and what was measured of loss, model and target, once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import torch
from torch import Tensor

from lossmith.auditing.coding import SUM_MISS, Target, are_distributions, target_of
from lossmith.auditing.head import Head, head_of
from lossmith.auditing.nature import CLOSE, Nature, nature_of
from lossmith.auditing.outputs import tensors_of
from lossmith.auditing.pull import OWN, pulls_of_labels, share_of_their_own_places
from lossmith.auditing.repairs import Repair, working_target
from lossmith.auditing.scene import Scene


class Case:
    """A scene with its measurements, which are taken when a probe asks.

    Args:
        scene: the batch.
    """

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    @cached_property
    def head(self) -> Head | None:
        """What the model can predict."""
        return head_of(self.scene)

    @cached_property
    def target(self) -> Target | None:
        """How the target is coded, where there is one tensor of it."""
        return target_of(self.scene.target_tensor)

    @cached_property
    def repaired(self) -> Repair | None:
        """A target that the loss takes, where it raises on the one that it was given."""
        return working_target(self.scene, self.target) if self.scene.answer.error is not None else None

    @cached_property
    def nature(self) -> Nature:
        """What kind of loss it is."""
        return nature_of(self.scene, None if self.repaired is None else self.repaired.target)

    @property
    def own_value(self) -> object:
        """The loss of the model's own output."""
        return self._own[0]

    @property
    def gradients(self) -> dict[str, Tensor | None]:
        """Of each parameter of the model that wants one, by its name."""
        return self._own[1]

    @cached_property
    def _own(self) -> tuple[object, dict[str, Tensor | None]]:
        """Both at once: a graph does not outlive parameters that a probe moves."""
        value = self.scene.own_value()
        return value, self.scene.gradients_of(value)

    @property
    def prediction(self) -> Tensor | None:
        """The one tensor that the loss reads."""
        return self.scene.prediction

    @cached_property
    def missing(self) -> int:
        """How many numbers of the target, in all its tensors, are NaN or infinite."""
        return sum(int((~t.isfinite()).sum()) for t in tensors_of(self.scene.target).values())

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the prediction."""
        return () if self.prediction is None else tuple(self.prediction.shape)

    @cached_property
    def class_axis(self) -> int | None:
        """Where the classes are: where the loss applies its softmax, else what the target lacks or sums to 1 along."""
        if self.nature.softmax_axis is not None:
            return self.nature.softmax_axis
        if self.prediction is None or self.target is None:
            return None
        shape, rows = tuple(self.prediction.shape), self.target.tensor
        lacking = [a for a in range(len(shape)) if shape[:a] + shape[a + 1 :] == tuple(rows.shape)]
        if not lacking and rows.numel() < self.prediction.numel():  # but for axes of one element
            lacking = [a for a in range(len(shape)) if _many(shape[:a] + shape[a + 1 :]) == _many(rows.shape)]
        if self.target.is_integer and lacking:
            return self._of_the_pull(lacking) or (1 if 1 in lacking else lacking[0])
        if tuple(rows.shape) == shape and rows.is_floating_point():
            sums = [a for a in range(1, len(shape)) if bool(((rows.sum(a) - 1).abs() < SUM_MISS).all())]
            return next(iter(reversed(sums)), None)
        return None

    def _of_the_pull(self, axes: list[int]) -> int | None:
        """Of several axes that may be the classes', the one along which a label pulls."""
        if len(axes) < 2 or self.target is None or self.target.low < 0:
            return None
        pulls = pulls_of_labels(self.scene, self.target.tensor)
        if not pulls:
            return None
        share, axis = max((share_of_their_own_places(pulls, axis), axis) for axis in axes)
        return axis if share > OWN else None

    @cached_property
    def axis_of_distributions(self) -> int | None:
        """Along which the target's rows are distributions, their logarithms, or scores of which the loss takes them."""
        if self.prediction is None or self.target is None or self.target.is_integer or self.target.missing:
            return None
        t = self.target.tensor.detach()
        if t.shape != self.prediction.shape:
            return None
        axes = [axis for axis in range(min(1, t.dim() - 1), t.dim()) if t.shape[axis] > 1]
        for rows in (t, t.exp()):
            found = [axis for axis in axes if are_distributions(rows, axis)]
            if found:
                return found[-1]
        axis = self.nature.softmax_axis
        return axis if axis in axes and self._takes_a_softmax_of_the_target(t, axis) else None

    def _takes_a_softmax_of_the_target(self, t: Tensor, axis: int) -> bool:
        moves = torch.randn(t.narrow(axis, 0, 1).shape, generator=torch.Generator().manual_seed(5)).to(t)
        here, moved, other = (self.scene.value(target=each) for each in (t, t + moves, 2 * t))
        if here is None or moved is None or other is None:
            return False
        return abs(moved - here) <= CLOSE * abs(here) < abs(other - here)

    @cached_property
    def classes(self) -> int | None:
        """How many outputs there are for a label."""
        if self.prediction is None or self.class_axis is None:
            return None
        return int(self.prediction.shape[self.class_axis])


def _many(shape: Iterable[int]) -> list[int]:
    return [size for size in shape if size > 1]
