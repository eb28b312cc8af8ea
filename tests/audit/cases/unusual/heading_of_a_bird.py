"""A heading is an angle, and the von Mises likelihood knows that it comes round; its concentration is learned too."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.distributions import VonMises

from audit.programs import Program, Variation

EXPECTED = None


class Heading(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.wings = nn.RNN(3, width, batch_first=True)
        self.vector = nn.Linear(width, 2)
        self.concentration = nn.Linear(width, 1)

    def forward(self, accelerations):
        h = self.wings(accelerations)[0].mean(1)
        east, north = self.vector(h).unbind(1)
        return torch.atan2(north, east), 0.1 + F.softplus(self.concentration(h)).squeeze(1)


def circular_nll(law, heading):
    return -VonMises(*law).log_prob(heading).mean()


def program(v: Variation) -> Program:
    heading = torch.pi * (2 * torch.rand(v.rows) - 1)
    steady = torch.stack([heading.cos(), heading.sin(), torch.ones(v.rows)], 1)[:, None]
    return Program(Heading(v.width), circular_nll, steady + 0.3 * torch.randn(v.rows, 6, 3), heading)
