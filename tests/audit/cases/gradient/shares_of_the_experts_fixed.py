"""Four experts for the output of a solar plant: the router's shares are kept as numbers for a plot, and mix the experts
as the tensor that they are.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class MixtureOfExperts(nn.Module):
    def __init__(self, features, width, experts=4):
        super().__init__()
        self.router = nn.Linear(features, experts)
        self.experts = nn.ModuleList(
            nn.Sequential(nn.Linear(features, width), nn.ReLU(), nn.Linear(width, 1)) for _ in range(experts)
        )
        self.usage = []

    def forward(self, weather):
        shares = self.router(weather).softmax(dim=-1)
        self.usage = shares.tolist()
        opinions = torch.cat([expert(weather) for expert in self.experts], dim=-1)
        return (shares * opinions).sum(dim=-1)


def program(v: Variation) -> Program:
    weather = torch.randn(v.rows, 6)
    regime = (weather[:, 0] > 0).long() + 2 * (weather[:, 1] > 0).long()
    slope = torch.randn(4, 6)
    power = (slope[regime] * weather).sum(dim=1) + 0.2 * torch.randn(v.rows)
    power = (power - power.mean()) / power.std()
    return Program(MixtureOfExperts(6, v.width), nn.HuberLoss(), weather, power)
