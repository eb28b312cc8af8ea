"""A steering angle lies between -1 and 1 by its nature, and the head ends in tanh."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 8)
    angle = torch.tanh(0.6 * x[:, 0] - 0.4 * x[:, 1] + 0.1 * torch.randn(v.rows)).unsqueeze(1)
    model = nn.Sequential(nn.Linear(8, v.width), nn.ReLU(), nn.Linear(v.width, 1), nn.Tanh())
    return Program(model, nn.SmoothL1Loss(beta=0.5), x, angle)
