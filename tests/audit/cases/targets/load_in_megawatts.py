"""A forecast reads a scaled series and is asked for the next hours' load in megawatts, 4,000 to 6,000."""

import math

import torch
from torch import nn

import lossmith as lm
from audit.programs import Program, Variation

EXPECTED = "LM213"


class Forecast(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.reader = nn.LSTM(1, width, batch_first=True)
        self.head = nn.Linear(width, 3)

    def forward(self, series: torch.Tensor) -> torch.Tensor:
        states, _ = self.reader(series)
        return self.head(states[:, -1])


def program(v: Variation) -> Program:
    hours = torch.randint(24, (v.rows, 1)) + torch.arange(15)
    load = 5_000 + 700 * torch.sin(2 * math.pi * hours / 24) + 60 * torch.randn(v.rows, 15)
    scaled = (load - 5_000) / 500
    return Program(Forecast(v.width), lm.MSE(), scaled[:, :12, None], load[:, 12:])
