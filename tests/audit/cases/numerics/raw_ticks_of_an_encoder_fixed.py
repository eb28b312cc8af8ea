"""Steering from telemetry: ticks, millimetres and millivolts are standardised."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Steering(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(6, width), nn.ReLU(), nn.Linear(width, 1), nn.Tanh())

    def forward(self, telemetry):
        return self.net(telemetry)[:, 0]


def program(v: Variation) -> Program:
    ticks = 20_000 * torch.randn(v.rows, 2)  # of the left and the right wheel
    sonar = 8_000 * torch.rand(v.rows, 3)  # millimetres
    battery = 11_800 + 400 * torch.randn(v.rows, 1)  # millivolts
    telemetry = torch.cat([ticks, sonar, battery], dim=1)
    turn = (ticks[:, 1] - ticks[:, 0]) / 30_000 + (sonar[:, 2] - sonar[:, 0]) / 6_000
    angle = 0.9 * torch.tanh(turn + 0.1 * torch.randn(v.rows))
    return Program(Steering(v.width), nn.MSELoss(), (telemetry - telemetry.mean(0)) / telemetry.std(0), angle)
