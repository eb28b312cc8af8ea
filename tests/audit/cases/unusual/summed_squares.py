"""A sum instead of a mean: the step size has to know the batch, but nothing is wrong."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 8)
    y = torch.sin(x[:, :2]) + x[:, 2:4] / 2 + 0.1 * torch.randn(v.rows, 2)
    model = nn.Sequential(nn.Linear(8, v.width), nn.SiLU(), nn.Linear(v.width, 2))
    return Program(model, nn.MSELoss(reduction="sum"), x, y)
