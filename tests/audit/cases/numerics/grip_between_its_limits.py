"""The force of two fingers held between each object's limits by minimum and maximum: the raw force lies outside for
most objects, where it has no gradient."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM605"


class Gripper(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.touch = nn.GRU(5, width, batch_first=True)
        self.force = nn.Linear(width, 2)

    def forward(self, touch, low, high):
        _, state = self.touch(touch)
        raw = self.force(state[-1])
        return torch.minimum(torch.maximum(raw, low), high)


def program(v: Variation) -> Program:
    touch = torch.randn(v.rows, 9, 5)
    low = 2.5 * torch.rand(v.rows, 2) - 1.5
    high = low + 0.3 + 0.5 * torch.rand(v.rows, 2)
    share = torch.sigmoid(3 * touch.mean(1)[:, :2] + 0.3 * torch.randn(v.rows, 2))
    inputs = {"touch": touch, "low": low, "high": high}
    return Program(Gripper(v.width), nn.L1Loss(), inputs, low + share * (high - low))
