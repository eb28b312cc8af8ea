"""The prediction stays in torch."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


def relative_error(prediction, target):
    ratio = prediction / target
    return (ratio - 1).square().mean()


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 8)
    y = 2 + torch.tanh(x[:, :1] + x[:, 1:2]) + 0.1 * torch.randn(v.rows, 1)
    model = nn.Sequential(nn.Linear(8, v.width), nn.ReLU(), nn.Linear(v.width, 1))
    return Program(model, relative_error, x, y)
