"""Counts of a 24-bit digitiser go unscaled into a network that ends in tanh: it starts at ±1 and hardly moves."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM607"


FULL_SCALE = 2**23


class Arrival(nn.Module):
    """How early, or late, the wave reaches the geophone within its window."""

    def __init__(self, width):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(40, width), nn.LeakyReLU(), nn.Linear(width, width), nn.LeakyReLU())
        self.offset = nn.Linear(width, 1)

    def forward(self, counts):
        return torch.tanh(self.offset(self.layers(counts))).reshape(-1)


def program(v: Variation) -> Program:
    arrival = 1.6 * torch.rand(v.rows) - 0.8
    delay = torch.linspace(-1, 1, 40) - arrival[:, None]
    ground = torch.exp(-8 * delay**2) * torch.cos(6 * delay) + 0.05 * torch.randn(v.rows, 40)
    counts = (0.8 * FULL_SCALE * ground).round()
    return Program(Arrival(v.width), nn.MSELoss(), counts, arrival)
