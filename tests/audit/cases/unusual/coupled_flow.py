"""A normalising flow is trained by the likelihood of its inputs: it returns a code and a logarithm of volumes, and
the loss may fall below 0.
"""

import math

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Coupling(nn.Module):
    def __init__(self, dim, width, flip):
        super().__init__()
        self.flip = flip
        self.net = nn.Sequential(nn.Linear(dim // 2, width), nn.ReLU(), nn.Linear(width, dim))

    def forward(self, x):
        a, b = x.chunk(2, dim=1)
        if self.flip:
            a, b = b, a
        scale, shift = self.net(a).chunk(2, dim=1)
        scale = 0.5 * torch.tanh(scale)
        b = b * scale.exp() + shift
        return torch.cat([b, a] if self.flip else [a, b], dim=1), scale.sum(1)


class Flow(nn.Module):
    def __init__(self, dim, width):
        super().__init__()
        self.steps = nn.ModuleList(Coupling(dim, width, flip=bool(k % 2)) for k in range(4))

    def forward(self, x):
        volume = 0.0
        for step in self.steps:
            x, grown = step(x)
            volume = volume + grown
        return x, volume


def negative_log_likelihood(output, _):
    z, volume = output
    return (0.5 * (z**2 + math.log(2 * math.pi)).sum(1) - volume).mean()


def program(v: Variation) -> Program:
    first = torch.randn(v.rows, 2)
    x = torch.cat([first, 0.3 * torch.randn(v.rows, 2) + (first.square() - 1) / 2], dim=1)
    return Program(Flow(4, v.width), negative_log_likelihood, x, None)
