"""A car turns left or right at a fork: a mixture density by logsumexp of weights and Gaussians; it may be negative."""

import math

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class MixtureDensity(nn.Module):
    def __init__(self, width, parts=3):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(4, width), nn.Tanh(), nn.Linear(width, width), nn.Tanh())
        self.weights = nn.Linear(width, parts)
        self.means = nn.Linear(width, parts)
        self.spreads = nn.Linear(width, parts)

    def forward(self, road):
        h = self.body(road)
        return self.weights(h), self.means(h), F.softplus(self.spreads(h)) + 0.05


def mixture_nll(mixture, turn):
    weights, means, spreads = mixture
    z = (turn[:, None] - means) / spreads
    gaussians = -0.5 * z**2 - spreads.log() - 0.5 * math.log(2 * math.pi)
    return -torch.logsumexp(F.log_softmax(weights, 1) + gaussians, dim=1).mean()


def program(v: Variation) -> Program:
    road = torch.randn(v.rows, 4)
    side = torch.where(torch.rand(v.rows) < torch.sigmoid(road[:, 0]), 1.0, -1.0)
    turn = side * (1 + 0.3 * torch.tanh(road[:, 1])) + 0.1 * torch.randn(v.rows)
    return Program(MixtureDensity(v.width), mixture_nll, road, turn)
