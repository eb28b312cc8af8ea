"""Where a label pulls: which numbers of the prediction move their slopes when one label is another."""

from __future__ import annotations

import torch
from torch import Tensor

from lossmith.auditing.scene import Scene

OWN = 1 / 3  # of what a label pulls at: where the hardest elements count, one that changes may bring another in
PULLED = 0.2  # of the largest change: not what a weight of the class changes everywhere


def pull_of_a_label(scene: Scene, target: Tensor, classes: int) -> tuple[tuple[int, ...], Tensor] | None:
    """The place of a label, and the coordinates of what it pulls at; None where the loss cannot say."""
    slopes = scene.answer.slopes
    if slopes is None:
        return None
    place = tuple(min(n + 1, size - 1) for n, size in enumerate(target.shape))  # no two coordinates alike
    other = target.clone()
    other[place] = (target[place] + 1) % classes
    moved = scene.ask(target=other, slopes=True).slopes
    if moved is None:
        return None
    change = (moved - slopes).abs()
    return place, (change > PULLED * change.max()).nonzero()


def share_of_its_own_place(place: tuple[int, ...], pulled: Tensor, axis: int) -> float:
    """How much of what the label pulls at lies at its own place, if the classes lie on this axis."""
    places = torch.cat([pulled[:, :axis], pulled[:, axis + 1 :]], 1)
    return float((places == torch.tensor(place, device=places.device)).all(1).double().mean())
