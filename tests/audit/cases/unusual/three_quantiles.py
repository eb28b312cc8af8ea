"""Three quantiles of one target: (N, 3) against (N, 1), and this broadcast is meant."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None

LEVELS = torch.tensor([0.1, 0.5, 0.9])


def pinball(prediction, target):
    rest = target[:, None] - prediction
    return torch.maximum(LEVELS * rest, (LEVELS - 1) * rest).mean()


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 7)
    y = x[:, 0] + 0.5 * x[:, 1].abs() + 0.4 * torch.randn(v.rows)
    model = nn.Sequential(nn.Linear(7, v.width), nn.ReLU(), nn.Linear(v.width, 3))
    return Program(model, pinball, x, y)
