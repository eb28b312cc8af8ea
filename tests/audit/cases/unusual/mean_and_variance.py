"""A normal likelihood with a mean and a variance for each row, of the same shape as the target."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class MeanAndVariance(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(6, width), nn.Tanh())
        self.mean, self.spread = nn.Linear(width, 1), nn.Linear(width, 1)

    def forward(self, x):
        h = self.trunk(x)
        return self.mean(h).squeeze(1), F.softplus(self.spread(h)).squeeze(1) + 1e-4


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 6)
    y = x[:, 0] - x[:, 1] + torch.exp(x[:, 2] / 2) * torch.randn(v.rows) / 2
    likelihood = nn.GaussianNLLLoss()
    return Program(MeanAndVariance(v.width), lambda p, y: likelihood(p[0], y, p[1]), x, y)
