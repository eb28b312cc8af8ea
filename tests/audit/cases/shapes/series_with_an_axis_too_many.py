"""A recurrent network says (N, T, 1), the target is (N, T): the loss broadcasts where N is T, else it raises."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM301"


class Filter(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.reader = nn.GRU(1, width, batch_first=True)
        self.head = nn.Linear(width, 1)

    def forward(self, series: torch.Tensor) -> torch.Tensor:
        states, _ = self.reader(series.unsqueeze(-1))
        return self.head(states)


def program(v: Variation) -> Program:
    series = torch.randn(v.rows, 32)
    target = 0.8 * series + 0.5 * series.roll(1, 1) + 0.1 * torch.randn(v.rows, 32)
    return Program(Filter(v.width), nn.L1Loss(), series, target)
