"""A mixture density: whether an obstacle is passed left or right is open, so that the network says weights, places
and spreads of three hills.
"""

import math

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Mixture(nn.Module):
    def __init__(self, width, hills=3):
        super().__init__()
        self.hidden = nn.Sequential(nn.Linear(2, width), nn.Tanh())
        self.weight, self.place, self.spread = (nn.Linear(width, hills) for _ in range(3))
        with torch.no_grad():
            self.place.bias.copy_(torch.linspace(-1, 1, hills))

    def forward(self, state):
        h = self.hidden(state)
        return self.weight(h).log_softmax(1), self.place(h), self.spread(h).clamp(-5, 3)


def mixture_nll(mixture, y):
    log_weight, place, log_spread = mixture
    z = (y.unsqueeze(1) - place) * torch.exp(-log_spread)
    log_density = -0.5 * z**2 - log_spread - 0.5 * math.log(2 * math.pi)
    return -torch.logsumexp(log_weight + log_density, dim=1).mean()


def program(v: Variation) -> Program:
    state = torch.randn(v.rows, 2)
    side = torch.where(torch.rand(v.rows) < 0.5, 1.0, -1.0)
    y = side * (1 + 0.4 * state[:, 0].tanh()) + 0.15 * torch.randn(v.rows)
    return Program(Mixture(v.width), mixture_nll, state, y)
