"""Levels of six river gauges, NaN where one is out of order: the mean runs over the gauges that were read."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Gauges(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.rain = nn.RNN(3, width, batch_first=True)
        self.level = nn.Linear(width, 6)

    def forward(self, rain):
        return self.level(self.rain(rain)[0].mean(dim=1))


class ReadGauges(nn.Module):
    def forward(self, level, measured):
        read = ~measured.isnan()
        error = torch.where(read, level - measured.nan_to_num(0.0), 0.0)
        return torch.sum(error**2) / read.sum()


def program(v: Variation) -> Program:
    rain = torch.randn(v.rows, 10, 3)
    level = 2 * rain.mean(1) @ torch.randn(3, 6) + 0.2 * torch.randn(v.rows, 6)
    broken = torch.rand(v.rows, 6) < 0.6
    return Program(Gauges(v.width), ReadGauges(), rain, level.masked_fill(broken, float("nan")))
