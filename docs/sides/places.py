"""Rows, and classes and places, that are taken for each other."""

from __future__ import annotations

import torch
from drawn import Draw, Limit, Program, initialised
from torch import Tensor, nn

from lossmith.auditing.case import Case
from lossmith.auditing.probes import shapes


class _Tagger(nn.Module):
    """A class for each place of a sequence, of which each sees a little of all others."""

    def __init__(self, classes: int, width: int, classes_first: bool) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(4, width), nn.ReLU(), nn.Linear(width, classes))
        self.classes_first = classes_first

    def forward(self, x: Tensor) -> Tensor:
        said = self.layers(x + 0.5 * x.mean(1, keepdim=True))
        return said.transpose(1, 2) if self.classes_first else said


def _tagged(draw: Draw, classes_first: bool) -> Program:
    classes = min(max(draw.classes, 4), 30)
    model = _Tagger(classes, draw.width, classes_first)
    initialised(model.layers, draw.initialisation)
    rows = min(draw.rows, 64)
    return draw.trained(
        model, nn.CrossEntropyLoss(), torch.randn(rows, classes, 4), torch.randint(classes, (rows, classes))
    )


def classes_first(draw: Draw) -> Program:
    """4 to 30 classes on axis 1, as many places."""
    return _tagged(draw, classes_first=True)


def places_first(draw: Draw) -> Program:
    """the same with the places on axis 1."""
    return _tagged(draw, classes_first=False)


def _peak(case: Case) -> float | None:
    changed = shapes._changed_by_the_last_place(case.scene, case.scene.output)
    return None if changed is None else shapes._peak(changed, 1)


# Rows -----------------------------------------------------------------------------------------------------------------


def in_rows(draw: Draw) -> Program:
    """distances of column to column."""
    loss = draw.one_of(nn.MSELoss(), nn.L1Loss(), nn.HuberLoss(), nn.MSELoss(reduction="sum"))
    target = draw.one_of(1.0, 100.0) * torch.randn(draw.rows, 1)
    return draw.trained(draw.network(), loss, draw.inputs(), target)


def across_rows(draw: Draw) -> Program:
    """distances of a column to a row, which are broadcast."""
    model, loss, x, target = in_rows(draw)
    return model, loss, x, target.squeeze(1)


def _turned(case: Case) -> float | None:
    few = case.scene.of_few(shapes._ROWS)
    if few is None or few.prediction is None or case.target is None:
        return None
    among = shapes._among(case.target.numbers, few.prediction)
    here, turned = few.value(among), few.value(among, few.target.roll(1, 0))
    return None if here is None or turned is None else abs(turned - here) / abs(here)


LIMITS = (
    Limit(
        "LM303",
        "change at the last place to that at others",
        (shapes, "_PEAKED"),
        "above",
        _peak,
        classes_first,
        places_first,
    ),
    Limit("LM301", "change when targets change rows", (shapes, "_CLOSE"), "below", _turned, in_rows, across_rows),
)
