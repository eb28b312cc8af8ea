"""Squares and their mean are computed in single precision."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class SquaredError(nn.Module):
    def forward(self, prediction, target):
        return F.mse_loss(prediction, target)


def program(v: Variation) -> Program:
    images = torch.randn(v.rows, 1, 8, 8)
    angle = images[:, 0, :4].mean((1, 2)) - images[:, 0, 4:].mean((1, 2))
    angle = (angle / angle.std() + 0.1 * torch.randn(v.rows))[:, None]
    model = nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(512, v.width),
        nn.ReLU(),
        nn.Linear(v.width, 1),
    )
    return Program(model, SquaredError(), images, angle)
