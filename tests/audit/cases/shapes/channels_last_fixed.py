"""A head's (N, H, W, C) is turned to (N, C, H, W), as cross-entropy wants it."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class Segmentation(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.body = nn.Conv2d(3, width, 3, padding=1)
        self.head = nn.Linear(width, 8)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.head(F.relu(self.body(images)).permute(0, 2, 3, 1))


def program(v: Variation) -> Program:
    images = torch.randn(v.rows, 3, 8, 8)
    high = (F.avg_pool2d(images, 3, 1, 1) > 0).long()
    mask = 4 * high[:, 0] + 2 * high[:, 1] + high[:, 2]
    return Program(Segmentation(v.width), lambda p, t: F.cross_entropy(p.permute(0, 3, 1, 2), t), images, mask)
