"""The bias for a rare class, log of 1 in 10,000, is set in the hidden batch norm instead of the head.

Its ReLU is 0 for every pixel.
"""

import math

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM808"


class Detector(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.convolution = nn.Conv2d(1, width, 3, padding=1)
        self.norm = nn.BatchNorm2d(width)
        self.head = nn.Conv2d(width, 1, 3, padding=1)
        nn.init.constant_(self.norm.bias, math.log(1e-4))

    def forward(self, images):
        return self.head(torch.relu(self.norm(self.convolution(images))))


def program(v: Variation) -> Program:
    images = F.avg_pool2d(torch.randn(v.rows, 1, 10, 10), 3, stride=1) * 3
    objects = (images + 0.1 * torch.randn_like(images) > 0.5).float()
    return Program(Detector(v.width), nn.BCEWithLogitsLoss(), images, objects)
