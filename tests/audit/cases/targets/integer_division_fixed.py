"""A share was computed by a division of floats."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 6)
    trials = 200
    chance = torch.sigmoid(x[:, 0] + 0.5 * x[:, 1] - 0.5 * x[:, 2])
    hits = torch.binomial(torch.full((v.rows,), float(trials)), chance).long().clamp(max=trials - 1)
    share = (hits / trials).float()
    model = nn.Sequential(nn.Linear(6, v.width), nn.ReLU(), nn.Linear(v.width, 1), nn.Flatten(0))
    return Program(model, nn.L1Loss(), x, share)
