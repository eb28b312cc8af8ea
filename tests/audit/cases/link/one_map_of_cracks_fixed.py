"""Crack or no crack in each pixel, from two maps of scores under cross-entropy."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Cracks(nn.Module):
    def __init__(self, width, n_classes):
        super().__init__()
        self.stem = nn.Conv2d(1, width // 4, 5, padding=2)
        self.block = nn.Sequential(nn.ReLU(), nn.Conv2d(width // 4, width // 4, 3, padding=1), nn.ReLU())
        self.logits = nn.Conv2d(width // 4, n_classes, 1)

    def forward(self, x):
        x = self.stem(x)
        return self.logits(x + self.block(x))


def program(v: Variation) -> Program:
    column = 6 + torch.randint(-1, 2, (v.rows, 12)).cumsum(1)
    crack = (torch.arange(12) - column.unsqueeze(2)).abs() <= 1
    concrete = torch.randn(v.rows, 1, 12, 12) - 2.0 * crack.unsqueeze(1)
    return Program(Cracks(v.width, n_classes=2), nn.CrossEntropyLoss(), concrete, crack.long())
