"""Counts under a Poisson likelihood whose prediction is the log of the rate, with an exposure added to it."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Rate(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(5, width), nn.ReLU(), nn.Linear(width, 1))

    def forward(self, x, exposure):
        return self.layers(x).squeeze(1) + exposure.log()


def program(v: Variation) -> Program:
    x, exposure = torch.randn(v.rows, 5), 0.5 + torch.rand(v.rows)
    counts = torch.poisson(exposure * torch.exp(0.7 + 0.5 * x[:, 0] - 0.4 * x[:, 1]))
    return Program(Rate(v.width), nn.PoissonNLLLoss(), (x, exposure), counts)
