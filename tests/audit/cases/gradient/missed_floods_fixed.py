"""Levels of a river at three gauges, with a price on missed floods, by how far the forecast stays below the banks."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class RiverGRU(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.rnn = nn.GRU(4, width, batch_first=True)
        self.head = nn.Linear(width, 3)

    def forward(self, rain):
        return self.head(self.rnn(rain)[0][:, -1])


class FloodLoss(nn.Module):
    def __init__(self, banks, price):
        super().__init__()
        self.register_buffer("banks", banks)
        self.price = price

    def forward(self, level, truth):
        flood = truth > self.banks
        missed = flood * F.softplus(4 * (self.banks - level)) / 4
        return F.mse_loss(level, truth) + self.price * missed.mean()


def program(v: Variation) -> Program:
    rain = torch.randn(v.rows, 12, 4)
    runoff = rain[:, 6:].mean(dim=1) @ torch.randn(4, 3)
    level = (runoff - runoff.mean(dim=0)) / runoff.std(dim=0) + 0.2 * torch.randn(v.rows, 3)
    return Program(RiverGRU(v.width), FloodLoss(torch.tensor([0.4, 0.6, 0.5]), price=5.0), rain, level)
