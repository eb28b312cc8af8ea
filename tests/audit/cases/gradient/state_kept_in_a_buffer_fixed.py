"""A drone's speed: each step hands its state on with its graph."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class SpeedEstimator(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.width = width
        self.step = nn.Linear(6 + width, width)
        self.speed = nn.Linear(width, 3)

    def forward(self, sensors):
        state = torch.zeros(len(sensors), self.width)
        for reading in sensors.unbind(dim=1):
            update = torch.tanh(self.step(torch.cat([reading, state], dim=1)))
            state = update
        return self.speed(state)


def program(v: Variation) -> Program:
    sensors = torch.randn(v.rows, 7, 6)
    recent = torch.einsum("t,ntf->nf", 0.7 ** torch.arange(6, -1, -1.0), sensors)
    speed = recent @ torch.randn(6, 3) / 3 + 0.1 * torch.randn(v.rows, 3)
    return Program(SpeedEstimator(v.width), nn.SmoothL1Loss(beta=0.5), sensors, speed)
