"""Rain since midnight: the hourly forecasts are summed by numpy and come back as a tensor that asks for a gradient,
which stops there."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM801"


def since_midnight(hourly):
    return torch.from_numpy(np.cumsum(hourly.detach().numpy(), axis=1)).requires_grad_()


class RainByTheHour(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.stations = nn.Linear(15, width)
        self.norm = nn.LayerNorm(width)
        self.hours = nn.Linear(width, 12)

    def forward(self, stations):
        return F.softplus(self.hours(F.gelu(self.norm(self.stations(stations)))))


def rain_loss(hourly, total):
    return F.l1_loss(since_midnight(hourly), total)


def program(v: Variation) -> Program:
    stations = torch.randn(v.rows, 15)
    hourly = F.softplus(stations @ torch.randn(15, 12) / 4 + 0.2 * torch.randn(v.rows, 12))
    return Program(RainByTheHour(v.width), rain_loss, stations, hourly.cumsum(dim=1))
