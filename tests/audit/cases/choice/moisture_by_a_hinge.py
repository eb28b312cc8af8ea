"""Standardised soil moisture, a continuous quantity, is learned by a squared hinge, which asks for its sign alone."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM702"


class SoilMoisture(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.sar = nn.Conv2d(2, width, 3)
        self.rain = nn.Linear(5, width)
        self.out = nn.Linear(2 * width, 1)

    def forward(self, sar, rain):
        looked = F.selu(self.sar(sar)).flatten(2).mean(2)
        return self.out(torch.hstack((looked, F.selu(self.rain(rain))))).view(-1)


def moisture_loss(estimate, moisture):
    return F.relu(1 - moisture * estimate).pow(2).mean()


def program(v: Variation) -> Program:
    rain = torch.randn(v.rows, 5)
    wet = rain @ torch.tensor([0.2, 0.3, 0.4, 0.5, 0.7]) + 0.2 * torch.randn(v.rows)
    sar = wet[:, None, None, None] + 0.5 * torch.randn(v.rows, 2, 6, 6)
    return Program(SoilMoisture(v.width), moisture_loss, (sar, rain), (wet - wet.mean()) / wet.std(correction=0))
