"""Which share of a forest plot each of eight species has, and how much wood there is: plots count by their area, and
the divergence is summed over the species.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class ForestNet(nn.Module):
    """A year of satellite passes, each with its date, summed up by a learned weight."""

    def __init__(self, bands, species, width):
        super().__init__()
        self.each = nn.Sequential(nn.Linear(bands + 2, width), nn.SiLU())
        self.weigh = nn.Linear(width, 1, bias=False)
        self.species, self.wood = nn.Linear(width, species), nn.Linear(width, 1)

    def forward(self, passes, day):
        season = torch.stack([day.sin(), day.cos()], dim=-1)
        h = self.each(torch.cat([passes, season], dim=-1))
        pooled = (self.weigh(h).softmax(dim=1) * h).sum(dim=1)
        return self.species(pooled).log_softmax(dim=-1), self.wood(pooled).squeeze(-1)


class PlotLoss(nn.Module):
    def __init__(self, wood_weight):
        super().__init__()
        self.wood_weight = wood_weight

    def forward(self, output, target):
        log_share, wood = output
        weight = target["area"] / target["area"].mean()
        share = target["share"]
        divergence = torch.xlogy(share, share) - share * log_share
        squared = (wood - target["wood"]).square()
        return (weight * divergence.sum(dim=1)).mean() + self.wood_weight * (weight * squared).mean()


def program(v: Variation) -> Program:
    day = 2 * torch.pi * torch.rand(v.rows, 6)
    stand = torch.randn(v.rows, 4)
    passes = stand.unsqueeze(1) * (1 + 0.3 * day.sin().unsqueeze(-1)) + 0.2 * torch.randn(v.rows, 6, 4)
    share = torch.softmax(1.5 * stand @ torch.randn(4, 8), dim=1)
    wood = torch.tanh(stand[:, 0]) + 0.5 * stand[:, 1] + 0.1 * torch.randn(v.rows)
    target = {"share": share, "wood": (wood - wood.mean()) / wood.std(), "area": 0.5 + torch.rand(v.rows)}
    return Program(ForestNet(4, 8, v.width), PlotLoss(0.5), (passes, day), target)
