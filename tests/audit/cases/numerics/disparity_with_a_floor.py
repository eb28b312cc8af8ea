"""Depth as one over a disparity that is clamped at 0.1: about half of the pixels start below, at a depth of 10, and
have no gradient there."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM605"


class DepthNet(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.place = nn.Parameter(torch.randn(1, 10, 14))
        self.down = nn.Conv2d(1, channels, 3, padding=1)
        self.up = nn.Conv2d(channels, 1, 3, padding=1)

    def forward(self, image):
        raw = self.up(F.leaky_relu(self.down(image), 0.1)).squeeze(1) + self.place
        return 1 / torch.clamp(raw, min=0.1)


def log_depth_error(depth, truth):
    return (depth.log() - truth.log()).abs().mean()


def program(v: Variation) -> Program:
    rows = torch.linspace(0.3, 1.0, 10)[None, :, None]
    bump = F.avg_pool2d(torch.randn(v.rows, 1, 12, 16), 3, stride=1).squeeze(1)
    disparity = (rows + 0.5 * bump).clamp(0.2, 1.5)
    image = (disparity[:, None] - 0.7) * 2 + 0.2 * torch.randn(v.rows, 1, 10, 14)
    return Program(DepthNet(v.width // 4), log_depth_error, image, 1 / disparity)
