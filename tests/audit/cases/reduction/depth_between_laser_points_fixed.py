"""Depth from a picture, known where a laser hit: its error is averaged over these pixels, and depth shall be
smooth."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from audit.programs import Program, Variation

EXPECTED = None


class DepthNetwork(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.look = nn.Conv2d(3, channels, 3, padding=1)
        self.deeper = nn.Conv2d(channels, channels, 3, padding=2, dilation=2)
        self.depth = nn.Conv2d(channels, 1, 1)

    def forward(self, picture: Tensor) -> Tensor:
        h = F.gelu(self.look(picture))
        return F.softplus(self.depth(h + F.gelu(self.deeper(h)))).squeeze(1)


class SparseDepthLoss(nn.Module):
    def __init__(self, smoothness: float = 0.1) -> None:
        super().__init__()
        self.smoothness = smoothness

    def forward(self, depth: Tensor, measured: Tensor) -> Tensor:
        hit = measured > 0
        data = (depth - measured).abs()[hit].mean()
        rough = depth.diff(dim=1).abs().mean() + depth.diff(dim=2).abs().mean()
        return data + self.smoothness * rough


def program(v: Variation) -> Program:
    coarse = 0.3 + 1.4 * torch.rand(v.rows, 1, 3, 3)
    depth = F.interpolate(coarse, size=(9, 9), mode="bilinear", align_corners=True)
    haze = torch.tensor([1.0, -0.7, 0.4]).view(1, 3, 1, 1)
    picture = 2 * (depth - 1) * haze + 0.2 * torch.randn(v.rows, 3, 9, 9)
    measured = depth.squeeze(1) * (torch.rand(v.rows, 9, 9) < 0.25)
    return Program(DepthNetwork(v.width), SparseDepthLoss(), picture, measured)
