"""Claims of insurance policies: the offset of the log-rate is the logarithm of the insured part of a year."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class ClaimFrequency(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(9, width), nn.ELU(), nn.Linear(width, 1))

    def forward(self, features, days):
        return self.net(features)[:, 0] + torch.log(days / 365)


def program(v: Variation) -> Program:
    features = torch.randn(v.rows, 9)
    days = torch.randint(30, 366, (v.rows,)).float()
    rate = torch.exp(0.4 + 0.5 * features[:, 0] - 0.3 * features[:, 4])
    claims = torch.poisson(rate * days / 365)
    inputs = {"features": features, "days": days}
    return Program(ClaimFrequency(v.width), nn.PoissonNLLLoss(log_input=True), inputs, claims)
