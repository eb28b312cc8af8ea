"""Two in five measurements are missing; the mean is over those that are there."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Forecaster(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.recurrent = nn.GRU(3, width, batch_first=True)
        self.head = nn.Linear(width, 1)

    def forward(self, series):
        return self.head(self.recurrent(series)[0]).squeeze(-1)


def masked_squares(prediction, target):
    values, measured = target
    return ((prediction - values).square() * measured).sum() / measured.sum()


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 20, 3)
    y = torch.sin(0.6 * x[..., 0].cumsum(1)) + 0.5 * x[..., 1] + 0.1 * torch.randn(v.rows, 20)
    measured = (torch.rand(v.rows, 20) > 0.4).float()
    return Program(Forecaster(v.width), masked_squares, x, (y * measured, measured))
