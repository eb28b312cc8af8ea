"""A mask of class ids is loaded as integers."""

import torch
from torch import nn
from torch.nn import functional as F

import lossmith as lm
from audit.programs import Program, Variation

EXPECTED = None


class Segmentation(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.body = nn.Conv2d(1, width, 3, padding=1)
        self.head = nn.Conv2d(width, 3, 1)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.head(torch.tanh(self.body(images)))


def program(v: Variation) -> Program:
    images = torch.randn(v.rows, 1, 8, 8)
    smooth = F.avg_pool2d(images, 3, 1, 1)[:, 0]
    mask = (smooth > -0.15).long() + (smooth > 0.15).long()
    criterion = lm.CrossEntropy()
    return Program(Segmentation(v.width), lambda p, t: criterion(p, t, axis=1), images, mask)
