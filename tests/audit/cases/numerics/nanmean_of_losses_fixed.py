"""Missing targets are left out before the loss."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class Sensors(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.recurrent = nn.GRU(4, width, batch_first=True)
        self.head = nn.Linear(width, 1)

    def forward(self, series):
        return self.head(self.recurrent(series)[0])[..., 0]


def loss(prediction, target):
    known = ~torch.isnan(target)
    return F.huber_loss(prediction[known], target[known])


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 12, 4)
    y = 0.7 * x[..., 0] + 0.7 * x[..., 1].roll(1, 1) + 0.1 * torch.randn(v.rows, 12)
    y[torch.rand(v.rows, 12) < 0.25] = float("nan")
    return Program(Sensors(v.width), loss, x, y)
