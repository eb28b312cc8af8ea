"""The pinball loss subtracts a column of quantiles from a row of returns: each day is compared with all the days."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM301"


class ValueAtRisk(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(5, width), nn.Sigmoid(), nn.Linear(width, 1))

    def forward(self, volatilities):
        return -nn.functional.softplus(self.net(volatilities))


class Pinball(nn.Module):
    def __init__(self, level=0.1):
        super().__init__()
        self.level = level

    def forward(self, quantile, returns):
        below = returns - quantile
        return torch.maximum(self.level * below, (self.level - 1) * below).mean()


def program(v: Variation) -> Program:
    volatilities = 0.5 + torch.rand(v.rows, 5)
    return Program(ValueAtRisk(v.width), Pinball(), volatilities, volatilities.mean(1) * torch.randn(v.rows))
