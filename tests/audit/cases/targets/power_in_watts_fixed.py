"""Power is predicted in standard deviations from its mean."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 7)
    watts = 12_000 + 3_000 * (x[:, 0] - 0.5 * x[:, 1] * x[:, 2] + 0.2 * torch.randn(v.rows))
    model = nn.Sequential(nn.Linear(7, v.width), nn.ReLU(), nn.Linear(v.width, 1), nn.Flatten(0))
    return Program(model, nn.MSELoss(), x, (watts - watts.mean()) / watts.std())
