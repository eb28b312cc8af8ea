"""Layers by hand, with weights straight from randn: each of eight multiplies what comes in by several, and the
gradient with it.
"""

from itertools import pairwise

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM807"


class Dense(nn.Module):
    def __init__(self, n_in, n_out):
        super().__init__()
        self.W = nn.Parameter(torch.randn(n_in, n_out))
        self.b = nn.Parameter(torch.zeros(n_out))

    def forward(self, x):
        return x @ self.W + self.b


class PowerCurve(nn.Module):
    """The power of a wind turbine, in standard deviations."""

    def __init__(self, width, depth=8):
        super().__init__()
        sizes = [6] + [width] * (depth - 1)
        self.layers = nn.ModuleList(Dense(a, b) for a, b in pairwise(sizes))
        self.last = Dense(width, 1)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x).relu()
        return self.last(x)[:, 0]


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 6)
    power = torch.tanh(x[:, 0] + 0.3 * x[:, 1]) + 0.3 * x[:, 2] * x[:, 3] + 0.1 * torch.randn(v.rows)
    return Program(PowerCurve(v.width), lambda p, y: torch.mean((p - y) ** 2), x, power / power.std())
