"""Missing measurements are written as -999 and left out of the squared error."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None

MISSING = -999.0


class Forecast(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.body = nn.Conv1d(1, width, 3, padding=1)
        self.head = nn.Conv1d(width, 1, 3, padding=1)

    def forward(self, series: torch.Tensor) -> torch.Tensor:
        return self.head(F.relu(self.body(series.unsqueeze(1)))).squeeze(1)


def loss(prediction: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    known = target != MISSING
    return F.mse_loss(prediction[known], target[known])


def program(v: Variation) -> Program:
    series = torch.randn(v.rows, 20)
    smooth = 0.6 * (series + series.roll(1, 1) + series.roll(-1, 1)) + 0.1 * torch.randn(v.rows, 20)
    target = torch.where(torch.rand(v.rows, 20) < 0.1, MISSING, smooth)
    return Program(Forecast(v.width), loss, series, target)
