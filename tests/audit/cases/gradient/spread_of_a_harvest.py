"""Harvests of three crops with a spread for each, under the Laplace likelihood: the logarithm that holds the spread
down is read by .data, so that nothing but the division speaks to it, and it grows without end.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM801"


class Fields(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.season = nn.GRU(5, width, batch_first=True)
        self.place, self.log_scale = nn.Linear(width, 3), nn.Linear(width, 3)

    def forward(self, weather):
        _, state = self.season(weather)
        return self.place(state[0]), self.log_scale(state[0])


class LaplaceLoss(nn.Module):
    def forward(self, output, target):
        place, log_scale = output
        harvest, sown = target
        nll = (harvest - place).abs() * torch.exp(-log_scale) + log_scale.data
        return (nll * sown).sum() / sown.sum()


def program(v: Variation) -> Program:
    weather = torch.randn(v.rows, 8, 5)
    mean = weather[:, 4:].mean(dim=1) @ torch.randn(5, 3)
    noise = torch.distributions.Laplace(0.0, 1.0).sample((v.rows, 3))
    harvest = mean + 0.3 * torch.exp(0.5 * weather[:, -1, :3]) * noise
    harvest = (harvest - harvest.mean(dim=0)) / harvest.std(dim=0)
    sown = (torch.rand(v.rows, 3) < 0.7).float()
    return Program(Fields(v.width), LaplaceLoss(), weather, (harvest, sown))
