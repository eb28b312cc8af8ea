"""Shares of five parties by district, fitted as counted votes would be: the divergence runs from the result to the
forecast.
"""

import torch
from torch import nn
from torch.distributions import Categorical, kl_divergence

from audit.programs import Program, Variation

EXPECTED = None


class Forecast(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.region = nn.Embedding(6, 4)
        self.body = nn.Sequential(nn.Linear(4 + 7, width), nn.SiLU(), nn.Linear(width, 5))

    def forward(self, region, census):
        return self.body(torch.cat([self.region(region), census], dim=1))


def forecast_loss(logits, shares):
    return kl_divergence(Categorical(probs=shares), Categorical(logits=logits)).mean()


def program(v: Variation) -> Program:
    region, census = torch.randint(6, (v.rows,)), torch.randn(v.rows, 7)
    leaning = torch.randn(6, 5)[region] + census @ torch.randn(7, 5) / 2
    shares = torch.softmax(leaning + 0.2 * torch.randn(v.rows, 5), dim=1)
    return Program(Forecast(v.width), forecast_loss, (region, census), shares)
