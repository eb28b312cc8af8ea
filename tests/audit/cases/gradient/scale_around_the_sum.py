"""Sharper pictures by twelve residual blocks: the factor 0.1, meant for the branch, stands around the sum with the
shortcut, so that each block takes nine tenths of the signal and of the gradient.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM806"


class ResBlock(nn.Module):
    def __init__(self, channels, scale):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=1), nn.ReLU(), nn.Conv2d(channels, channels, 3, padding=1)
        )
        self.scale = scale

    def forward(self, x):
        return (x + self.body(x)) * self.scale


class SuperResolution(nn.Module):
    def __init__(self, channels, blocks=12):
        super().__init__()
        self.head = nn.Conv2d(1, channels, 3, padding=1)
        self.body = nn.Sequential(*(ResBlock(channels, 0.1) for _ in range(blocks)))
        self.tail = nn.Sequential(nn.Conv2d(channels, 4, 3, padding=1), nn.PixelShuffle(2))

    def forward(self, small):
        return self.tail(self.body(self.head(small)))


def program(v: Variation) -> Program:
    waves = torch.randn(v.rows, 1, 4, 4)
    large = F.interpolate(waves, size=12, mode="bicubic", align_corners=False) + 0.05 * torch.randn(v.rows, 1, 12, 12)
    large = (large - large.mean()) / large.std()
    return Program(SuperResolution(v.width // 4), nn.L1Loss(), F.avg_pool2d(large, 2), large)
