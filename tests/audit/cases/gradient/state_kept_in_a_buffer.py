"""A drone's speed: each step copies the new state into the data of one buffer, which drops its graph, so that the
recurrent layer never learns."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM801"


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
            state.data.copy_(update)
        return self.speed(state)


def program(v: Variation) -> Program:
    sensors = torch.randn(v.rows, 7, 6)
    recent = torch.einsum("t,ntf->nf", 0.7 ** torch.arange(6, -1, -1.0), sensors)
    speed = recent @ torch.randn(6, 3) / 3 + 0.1 * torch.randn(v.rows, 3)
    return Program(SpeedEstimator(v.width), nn.SmoothL1Loss(beta=0.5), sensors, speed)
