"""Softmax over a single unit is 1 whatever the unit says: the loss is constant, and no gradient comes back."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM108"


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 10)
    y = (x[:, 0] * x[:, 1] + x[:, 2] + 0.3 * torch.randn(v.rows) > 0).float().unsqueeze(1)
    model = nn.Sequential(nn.Linear(10, v.width), nn.ReLU(), nn.Linear(v.width, 1), nn.Softmax(dim=1))
    return Program(model, nn.BCELoss(), x, y)
