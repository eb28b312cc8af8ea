"""A river's discharge, mostly low and at times fifty times that, is fitted by the squared error of its logarithm."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class RainfallRunoff(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.cell = nn.GRUCell(2, hidden)
        self.head = nn.Linear(hidden, 1)

    def forward(self, forcing):
        h = forcing.new_zeros(len(forcing), self.cell.hidden_size)
        for day in forcing.unbind(1):
            h = self.cell(day, h)
        return self.head(h).flatten()


def criterion(prediction, discharge):
    return F.mse_loss(prediction, discharge.log())


def program(v: Variation) -> Program:
    forcing = torch.randn(v.rows, 10, 2)
    wetness = (forcing[..., 0] * torch.linspace(0.2, 1, 10)).sum(1) / 2
    discharge = torch.exp(wetness + 0.9 * forcing[:, -1, 1] + 0.6 * torch.randn(v.rows))
    discharge = discharge / discharge.mean()
    return Program(RainfallRunoff(v.width), criterion, forcing, discharge)
