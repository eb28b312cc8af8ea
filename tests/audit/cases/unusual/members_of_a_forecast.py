"""Eight members of a forecast under the continuous ranked probability score: each is compared with the truth and
with each other, and the broadcasts are meant.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class EnsembleHead(nn.Module):
    def __init__(self, width, members=8):
        super().__init__()
        self.station = nn.Linear(6, width)
        self.members = nn.ModuleList(nn.Linear(width, 1) for _ in range(members))

    def forward(self, weather):
        h = torch.relu(self.station(weather))
        return torch.cat([member(h) for member in self.members], dim=1)


def fair_crps(ensemble, observed):
    m = ensemble.shape[1]
    skill = (ensemble - observed[:, None]).abs().mean(dim=1)
    spread = (ensemble[:, :, None] - ensemble[:, None, :]).abs().sum(dim=(1, 2)) / (m * (m - 1))
    return (skill - 0.5 * spread).mean()


def program(v: Variation) -> Program:
    weather = torch.randn(v.rows, 6)
    gust = weather[:, 0] - 0.5 * weather[:, 1] + 0.4 * torch.randn(v.rows) * (1 + weather[:, 2].abs())
    return Program(EnsembleHead(v.width), fair_crps, weather, gust)
