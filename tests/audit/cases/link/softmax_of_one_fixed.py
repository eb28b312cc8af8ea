"""A sigmoid turns the single unit into a probability."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 10)
    y = (x[:, 0] * x[:, 1] + x[:, 2] + 0.3 * torch.randn(v.rows) > 0).float().unsqueeze(1)
    model = nn.Sequential(nn.Linear(10, v.width), nn.ReLU(), nn.Linear(v.width, 1), nn.Sigmoid())
    return Program(model, nn.BCELoss(), x, y)
