"""Residual blocks behind gates that start at 0, as in ReZero: the blocks wait until the gates have opened."""

import torch
from torch import nn

import lossmith as lm
from audit.programs import Program, Variation

EXPECTED = None


class ReZeroBlock(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.gate = nn.Parameter(torch.zeros(1))
        self.f = nn.Sequential(nn.Linear(dim, dim), nn.LeakyReLU(0.2))

    def forward(self, x):
        return x + self.gate * self.f(x)


class Yields(nn.Module):
    def __init__(self, n_features, dim):
        super().__init__()
        self.inp = nn.Linear(n_features, dim)
        self.blocks = nn.ModuleList(ReZeroBlock(dim) for _ in range(3))
        self.out = nn.Linear(dim, 1)

    def forward(self, soil):
        x = self.inp(soil)
        for block in self.blocks:
            x = block(x)
        return self.out(x).squeeze(-1)


def program(v: Variation) -> Program:
    soil = torch.randn(v.rows, 9)
    harvest = soil[:, 0] - soil[:, 1] + 0.5 * soil[:, 2].abs() + 0.2 * torch.randn(v.rows)
    return Program(Yields(9, v.width), lm.MSE(), soil, (harvest - harvest.mean()) / harvest.std())
