"""Cloud cover of 24 hours by a sigmoid: every output has a gradient."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class CloudCover(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.encode = nn.Sequential(nn.Linear(20, width), nn.Tanh(), nn.Linear(width, width), nn.Tanh())
        self.hours = nn.Linear(width, 24)

    def forward(self, soundings):
        return F.sigmoid(self.hours(self.encode(soundings)))


def program(v: Variation) -> Program:
    soundings = torch.randn(v.rows, 20)
    cover = torch.sigmoid(5 * soundings @ torch.randn(20, 24) / 20**0.5 + 0.3 * torch.randn(v.rows, 24))
    return Program(CloudCover(v.width), nn.MSELoss(), soundings, cover)
