"""A chemist's network in float64 throughout, with the root of the mean squares, which is kept off 0."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class ReactionRate(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(4, hidden), nn.Softplus(), nn.Linear(hidden, hidden), nn.Softplus())
        self.out = nn.Linear(hidden, 2)
        self.double()

    def forward(self, conditions):
        return self.out(self.net(conditions))


class RMSELoss(nn.Module):
    def __init__(self, eps=1e-8):
        super().__init__()
        self.mse, self.eps = nn.MSELoss(), eps

    def forward(self, yhat, y):
        return torch.sqrt(self.mse(yhat, y) + self.eps)


def program(v: Variation) -> Program:
    conditions = torch.randn(v.rows, 4, dtype=torch.float64)
    rates = torch.stack([conditions[:, 0] - conditions[:, 1], (conditions[:, 2] * conditions[:, 3]).tanh()], 1)
    return Program(ReactionRate(v.width), RMSELoss(), conditions, rates + 0.1 * torch.randn_like(rates))
