"""A forecast ends in a linear head and can follow the series."""

import math

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Forecast(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.reader = nn.GRU(1, width, batch_first=True)
        self.head = nn.Linear(width, 4)

    def forward(self, series: torch.Tensor) -> torch.Tensor:
        _, last = self.reader(series)
        return self.head(last[-1])


def program(v: Variation) -> Program:
    phase = 2 * math.pi * torch.rand(v.rows, 1)
    series = 3 * torch.sin(0.5 * torch.arange(16) + phase) + 0.2 * torch.randn(v.rows, 16)
    return Program(Forecast(v.width), lambda p, t: (p - t).abs().mean(), series[:, :12, None], series[:, 12:])
