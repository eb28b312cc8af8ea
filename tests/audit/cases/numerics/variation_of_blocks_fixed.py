"""The total variation of a depth map takes sqrt(dx² + dy² + ε), whose slope is finite inside each enlarged block."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Depth(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.encode = nn.Conv2d(1, width, 5, stride=2, padding=2)
        self.depth = nn.Conv2d(width, 1, 1)

    def forward(self, image):
        return F.interpolate(self.depth(F.gelu(self.encode(image))), scale_factor=2, mode="nearest")


def depth_loss(depth, truth, smoothness=0.02):
    dx = depth[..., :-1, 1:] - depth[..., :-1, :-1]
    dy = depth[..., 1:, :-1] - depth[..., :-1, :-1]
    variation = torch.sqrt(dx**2 + dy**2 + 1e-6).mean()
    return (depth - truth).abs().mean() + smoothness * variation


def program(v: Variation) -> Program:
    truth = F.interpolate(torch.randn(v.rows, 1, 3, 3), size=12, mode="nearest")
    return Program(Depth(v.width // 4), depth_loss, truth + 0.2 * torch.randn_like(truth), truth)
