"""SoftMarginLoss is given -1 and 1."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 11)
    y = (x[:, 0] + x[:, 1] * x[:, 2] + 0.3 * torch.randn(v.rows) > 0).float()
    model = nn.Sequential(nn.Linear(11, v.width), nn.ReLU(), nn.Linear(v.width, 1), nn.Flatten(0))
    return Program(model, nn.SoftMarginLoss(), x, 2 * y - 1)
