"""Four cells in a thousand are hit by a particle, and hits and empty cells are averaged apart."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class HitFinder(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.depthwise = nn.Conv2d(3, 3 * (width // 8), 3, padding=1, groups=3)
        self.pointwise = nn.Conv2d(3 * (width // 8), 1, 1)

    def forward(self, planes):
        return self.pointwise(torch.tanh(self.depthwise(planes)))


def hit_loss(score, hit):
    surprise = F.softplus(torch.where(hit, -score, score))
    return 0.5 * surprise[hit].mean() + 0.5 * surprise[~hit].mean()


def program(v: Variation) -> Program:
    cell = torch.randint(256, (v.rows, 1))
    hit = torch.zeros(v.rows, 256, dtype=torch.bool).scatter(1, cell, True).reshape(-1, 1, 16, 16)
    planes = 2.5 * hit + 0.7 * torch.randn(v.rows, 3, 16, 16)
    return Program(HitFinder(v.width), hit_loss, planes, hit)
