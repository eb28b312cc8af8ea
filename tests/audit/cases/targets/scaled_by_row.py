"""The target, a column, is scaled to 0 to 1 over axis 1 and not over the rows: smallest and largest are itself, all
is 0.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM215"


def minmax(values, dim):
    low, high = values.amin(dim, keepdim=True), values.amax(dim, keepdim=True)
    return (values - low) / (high - low + 1e-8)


class Concrete(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.skip = nn.Linear(8, 1)
        self.hidden = nn.Sequential(nn.Linear(8, width), nn.Softplus(), nn.Linear(width, width), nn.Softplus())
        self.out = nn.Linear(width, 1)

    def forward(self, mix):
        return self.skip(mix) + self.out(self.hidden(mix))


def program(v: Variation) -> Program:
    mix = torch.rand(v.rows, 8) * torch.tensor([500.0, 300, 200, 240, 30, 1100, 900, 360])
    strength = 0.1 * mix[:, :1] + 0.05 * mix[:, 1:2] - 0.12 * mix[:, 3:4] + 0.03 * mix[:, 7:] + 30
    strength = strength + 2 * torch.randn(v.rows, 1)
    return Program(Concrete(v.width), nn.SmoothL1Loss(beta=0.1), minmax(mix, dim=0), minmax(strength, dim=1))
