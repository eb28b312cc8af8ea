"""A focal loss that applies the sigmoid itself is given raw scores of the foreground."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class FocalLoss(nn.Module):
    def __init__(self, gamma: float = 2.0) -> None:
        super().__init__()
        self.gamma = gamma

    def forward(self, scores: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        entropy = F.binary_cross_entropy_with_logits(scores, mask, reduction="none")
        return ((1 - torch.exp(-entropy)) ** self.gamma * entropy).mean()


class Foreground(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(1, width, 3, padding=1), nn.ReLU())
        self.head = nn.Conv2d(width, 1, 3, padding=1)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.head(self.body(images))


def program(v: Variation) -> Program:
    images = torch.randn(v.rows, 1, 16, 16)
    mask = (F.avg_pool2d(images, 3, 1, 1) > 0.2).float()
    return Program(Foreground(v.width), FocalLoss(), images, mask)
