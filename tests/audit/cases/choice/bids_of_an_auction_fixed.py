"""How many bids an auction gets, under the likelihood of Poisson, by the logarithm of the rate."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Bids(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.category = nn.Embedding(7, 4)
        self.weekday = nn.Embedding(7, 2)
        self.mlp = nn.Sequential(nn.Linear(4 + 2 + 3, width), nn.SELU(), nn.Linear(width, 1))

    def forward(self, category, weekday, seller):
        return self.mlp(torch.cat((self.category(category), self.weekday(weekday), seller), dim=-1)).view(-1)


def program(v: Variation) -> Program:
    category, weekday, seller = torch.randint(7, (v.rows,)), torch.randint(7, (v.rows,)), torch.randn(v.rows, 3)
    appeal = torch.randn(7)[category] / 2 + 0.2 * (weekday == 6) + seller @ torch.tensor([0.4, -0.3, 0.2])
    bids = torch.poisson(torch.exp(0.8 + appeal).clamp(max=12))
    return Program(Bids(v.width), nn.PoissonNLLLoss(), (category, weekday, seller), bids)
