"""Several tags hold at once, each with a sigmoid of its own; that of many rows exactly one holds is no matter."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


def program(v: Variation) -> Program:
    images = torch.randn(v.rows, 3, 8, 8)
    place = torch.rand(v.rows, 4) < 0.35
    for quarter, (row, column) in enumerate([(0, 0), (0, 4), (4, 0), (4, 4)]):
        images[place[:, quarter], :, row : row + 4, column : column + 4] += 0.8
    model = nn.Sequential(
        nn.Conv2d(3, v.width, 3, padding=1), nn.ReLU(), nn.AvgPool2d(4), nn.Flatten(), nn.Linear(4 * v.width, 4)
    )
    return Program(model, nn.BCEWithLogitsLoss(), images, place.float())
