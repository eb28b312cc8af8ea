"""Counted photons are learned by squared errors, although their variance grows with their mean."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM703"


class Scintillation(nn.Module):
    """The logarithm of each pixel's rate of photons, by where and when a particle came in."""

    def __init__(self, width, pixels):
        super().__init__()
        self.track = nn.Linear(3, width)
        self.pixel = nn.Parameter(torch.randn(pixels, width) / width**0.5)
        self.offset = nn.Parameter(torch.ones(pixels))

    def forward(self, track):
        return torch.einsum("nw,pw->np", torch.sin(self.track(track)), self.pixel) + self.offset


def count_loss(log_rate, photons):
    return (log_rate.exp() - photons).square().mean()


def program(v: Variation) -> Program:
    track = torch.randn(v.rows, 3)
    where = torch.linspace(-2, 2, 9)
    rate = 8 * torch.exp(-0.5 * (track[:, :1] - where) ** 2) + 0.5
    return Program(Scintillation(v.width, 9), count_loss, track, torch.poisson(rate))
