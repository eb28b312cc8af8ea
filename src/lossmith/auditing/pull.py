"""Where a label pulls: which numbers of the prediction move their slopes when one label is another."""

from __future__ import annotations

from statistics import median

import torch
from torch import Tensor

from lossmith.auditing.scene import Scene

OWN = 1 / 3  # of what a label pulls at: where the hardest elements count, one that changes may bring another in
PULLED = 0.2  # of the largest change: not what a weight of the class changes everywhere
_ASKED = 3  # labels that pull: one alone may by chance pull at its own place

Pull = tuple[tuple[int, ...], Tensor]


def pulls_of_labels(scene: Scene, target: Tensor) -> list[Pull]:
    """The places of some labels, and the coordinates of what each pulls at; none where the loss cannot say."""
    slopes, found, labels = scene.answer.slopes, [], target.unique()
    if slopes is None or len(labels) < 2:
        return []
    for n in range(2 * _ASKED):
        place = tuple((k + 1 + n * (k + 2)) % size for k, size in enumerate(target.shape))  # no two coordinates alike
        other = target.clone()
        other[place] = labels[(int((labels == target[place]).nonzero()) + 1) % len(labels)]  # none that is not there
        moved = scene.ask(target=other, slopes=True).slopes
        if moved is None or torch.equal(moved, slopes):
            continue  # a label that is masked does not pull
        change = (moved - slopes).abs()
        found.append((place, (change > PULLED * change.max()).nonzero()))
        if len(found) == _ASKED:
            break
    return found


def share_of_their_own_places(pulls: list[Pull], axis: int) -> float:
    """How much of what labels pull at lies at their own places, if the classes lie on this axis; of most of them."""
    return median(_share_of_its_own_place(*pull, axis) for pull in pulls)


def _share_of_its_own_place(place: tuple[int, ...], pulled: Tensor, axis: int) -> float:
    places = torch.cat([pulled[:, :axis], pulled[:, axis + 1 :]], 1)
    return float((places == torch.tensor(place, device=places.device)).all(1).double().mean())
