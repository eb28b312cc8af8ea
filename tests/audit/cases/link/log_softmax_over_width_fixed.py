"""The log-softmax of a (N, C, H, W) runs over axis 1, the classes."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class Segmentation(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.down = nn.Conv2d(1, width, 3, stride=2, padding=1)
        self.up = nn.ConvTranspose2d(width, width, 2, stride=2)
        self.head = nn.Conv2d(width + 1, 3, 3, padding=1)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        found = F.relu(self.up(F.relu(self.down(images))))
        return self.head(torch.cat([found, images], 1)).log_softmax(1)


def program(v: Variation) -> Program:
    images = torch.randn(v.rows, 1, 8, 8)
    smooth = F.avg_pool2d(images, 3, 1, 1)[:, 0]
    mask = (smooth > -0.15).long() + (smooth > 0.15).long()
    return Program(Segmentation(v.width), nn.NLLLoss(), images, mask)
