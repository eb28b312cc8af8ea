"""Fish caught by parties of which some did not fish at all: two outputs for one count, the log of a rate and how
likely it is that they did not.
"""

import torch
from torch import nn

import lossmith as lm
from audit.programs import Program, Variation

EXPECTED = None


class Anglers(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(5, width), nn.ReLU())
        self.rate, self.absent = nn.Linear(width, 1), nn.Linear(width, 1)

    def forward(self, party):
        h = self.trunk(party)
        return torch.cat([self.rate(h), self.absent(h)], dim=1)


def program(v: Variation) -> Program:
    party = torch.randn(v.rows, 5)
    fished = torch.rand(v.rows) < torch.sigmoid(0.5 + 1.5 * party[:, 0])
    caught = torch.poisson(torch.exp(1.0 + 0.5 * party[:, 1] - 0.3 * party[:, 2])) * fished
    return Program(Anglers(v.width), lm.ZeroInflatedPoisson(), party, caught)
