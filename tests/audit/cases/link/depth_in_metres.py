"""Depth from one image, between 0.5 and 3.5 metres, through a sigmoid that cannot pass one metre."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from audit.programs import Program, Variation

EXPECTED = "LM110"


class DepthNet(nn.Module):
    def __init__(self, channels: int, max_depth: float = 4.0) -> None:
        super().__init__()
        self.max_depth = max_depth
        self.down = nn.Conv2d(3, channels, 3, stride=2, padding=1)
        self.mid = nn.Conv2d(channels, channels, 3, padding=1)
        self.up = nn.Conv2d(channels + 3, 1, 3, padding=1)

    def forward(self, image: Tensor) -> Tensor:
        x = F.elu(self.mid(F.elu(self.down(image))))
        x = F.interpolate(x, scale_factor=2, mode="nearest")
        x = self.up(torch.cat([x, image], 1))
        return torch.sigmoid(x)


class DepthLoss(nn.Module):
    """L1 where the sensor returned something."""

    def forward(self, pred: Tensor, target: Tensor) -> Tensor:
        valid = target > 0
        return F.l1_loss(pred[valid], target[valid])


def program(v: Variation) -> Program:
    image = F.avg_pool2d(torch.randn(v.rows, 3, 14, 14), 3, stride=1) * 3
    depth = (2 + 0.8 * image[:, :1] - 0.4 * image[:, 1:2]).clamp(0.5, 3.5) + 0.05 * torch.rand(v.rows, 1, 12, 12)
    depth[torch.rand_like(depth) < 0.1] = 0.0
    return Program(DepthNet(v.width // 4), DepthLoss(), image, depth)
