"""A shape as a signed distance: torch's softplus with beta 100 turns linear before the exponential can overflow."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


def sharp_softplus(x):
    return F.softplus(x, beta=100)


class GeometricLayer(nn.Module):
    def __init__(self, fan_in, fan_out):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(fan_out, fan_in) * (2 / fan_in) ** 0.5)
        self.bias = nn.Parameter(torch.zeros(fan_out))

    def forward(self, x):
        return sharp_softplus(F.linear(x, self.weight, self.bias))


class SignedDistance(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.body = nn.Sequential(GeometricLayer(3, width), GeometricLayer(width, width))
        self.out = nn.Linear(width, 1)

    def forward(self, points):
        return self.out(self.body(points)).squeeze(-1)


def program(v: Variation) -> Program:
    points = torch.rand(v.rows, 3) * 2 - 1
    torus = (points[:, :2].norm(dim=1) - 0.6).square() + points[:, 2].square()
    distance = torus.sqrt() - 0.25 + 0.02 * torch.randn(v.rows)
    return Program(SignedDistance(v.width), nn.L1Loss(), points, distance)
