"""The error of rain is taken on log(1 + x), which a dry day leaves at zero."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class RainGauge(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.mix = nn.Conv1d(3, width, 2, groups=1)
        self.amount = nn.Linear(width, 1)

    def forward(self, days):
        return F.softplus(self.amount(F.relu(self.mix(days)).amax(2))).squeeze(1)


def rmsle(amount, rain):
    return ((torch.log1p(amount) - torch.log1p(rain)) ** 2).mean().sqrt()


def program(v: Variation) -> Program:
    days = torch.randn(v.rows, 3, 4)
    rain = F.relu(days[:, 0, -1] + days[:, 1, -1] + 0.3 + 0.2 * torch.randn(v.rows))
    return Program(RainGauge(v.width), rmsle, days, rain)
