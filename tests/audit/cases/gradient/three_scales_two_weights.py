"""Winds on a fine grid from a coarse one, supervised at three scales: there are two weights, zip ends with the shorter,
and the head of the coarsest scale is never trained.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM804"


class Downscaling(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.stem = nn.Conv2d(2, channels, 3, padding=1)
        self.up1 = nn.ConvTranspose2d(channels, channels, 2, stride=2)
        self.up2 = nn.ConvTranspose2d(channels, channels, 2, stride=2)
        self.heads = nn.ModuleList(nn.Conv2d(channels, 1, 1) for _ in range(3))

    def forward(self, coarse):
        h3 = F.silu(self.stem(coarse))
        h2 = F.silu(self.up1(h3))
        h1 = F.silu(self.up2(h2))
        return [head(h) for head, h in zip(self.heads, (h1, h2, h3), strict=True)]


class DeepSupervision(nn.Module):
    def __init__(self, weights):
        super().__init__()
        self.weights = weights

    def forward(self, winds, truth):
        total = 0.0
        for weight, wind in zip(self.weights, winds, strict=False):
            scaled = F.adaptive_avg_pool2d(truth, wind.shape[-2:])
            total = total + weight * F.mse_loss(wind, scaled)
        return total


def program(v: Variation) -> Program:
    coarse = torch.randn(v.rows, 2, 4, 4)
    terrain = torch.randn(1, 1, 16, 16) / 2
    fine = F.interpolate(coarse, size=16, mode="bilinear", align_corners=False)
    wind = fine[:, :1] * (1 + 0.3 * terrain) - 0.5 * fine[:, 1:] + 0.1 * torch.randn(v.rows, 1, 16, 16)
    wind = (wind - wind.mean()) / wind.std()
    return Program(Downscaling(v.width // 4), DeepSupervision((1.0, 0.5)), coarse, wind)
