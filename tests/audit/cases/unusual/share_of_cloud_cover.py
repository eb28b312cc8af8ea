"""Shares between zero and one by the Beta likelihood, a density: it may exceed one, and the loss be negative."""

import torch
from torch import nn
from torch.distributions import Beta

from audit.programs import Program, Variation

EXPECTED = None


class CloudCover(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.station = nn.Embedding(4, 3)
        self.humid = nn.Linear(3 + 3, width)
        self.out = nn.Linear(width, 2)

    def forward(self, station, humidity):
        h = torch.relu(self.humid(torch.cat([self.station(station), humidity], 1)))
        mean, precision = self.out(h).unbind(1)
        mean, precision = torch.sigmoid(mean), 2 + nn.functional.softplus(precision)
        return Beta(mean * precision, (1 - mean) * precision)


def program(v: Variation) -> Program:
    station, humidity = torch.randint(4, (v.rows,)), torch.randn(v.rows, 3)
    mean = torch.sigmoid(humidity[:, 0] + torch.tensor([-1.0, 0.0, 0.5, 1.0])[station])
    cover = Beta(8 * mean, 8 * (1 - mean)).sample().clamp(0.01, 0.99)
    return Program(CloudCover(v.width), lambda law, y: -law.log_prob(y).mean(), (station, humidity), cover)
