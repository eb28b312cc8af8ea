"""Land cover comes one-hot as (N, C, H, W) of integers, and cross-entropy of integers wants a map of ids: torch
raises.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM208"


class LandCover(nn.Module):
    def __init__(self, bands, width, classes):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(bands, width, 1),
            nn.ReLU6(),
            nn.Conv2d(width, width, 3, padding=1, groups=width),
            nn.ReLU6(),
        )
        self.head = nn.Conv2d(width, classes, 1)

    def forward(self, tile):
        return self.head(self.body(tile))


def program(v: Variation) -> Program:
    cover = torch.randint(4, (v.rows, 4, 4)).repeat_interleave(3, 1).repeat_interleave(3, 2)
    bands = torch.randn(4, 6)[cover].permute(0, 3, 1, 2) + 0.5 * torch.randn(v.rows, 6, 12, 12)
    planes = F.one_hot(cover, 4).permute(0, 3, 1, 2)
    weight = torch.tensor([0.5, 1.0, 1.0, 1.5])
    return Program(LandCover(6, v.width, 4), nn.CrossEntropyLoss(weight=weight), bands, planes)
