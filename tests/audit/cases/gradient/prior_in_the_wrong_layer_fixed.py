"""The bias for the share of the class is set in the head."""

import math

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class Detector(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.convolution = nn.Conv2d(1, width, 3, padding=1)
        self.norm = nn.BatchNorm2d(width)
        self.head = nn.Conv2d(width, 1, 3, padding=1)
        nn.init.constant_(self.head.bias, math.log(0.3 / 0.7))

    def forward(self, images):
        return self.head(torch.relu(self.norm(self.convolution(images))))


def program(v: Variation) -> Program:
    images = F.avg_pool2d(torch.randn(v.rows, 1, 10, 10), 3, stride=1) * 3
    objects = (images + 0.1 * torch.randn_like(images) > 0.5).float()
    return Program(Detector(v.width), nn.BCEWithLogitsLoss(), images, objects)
