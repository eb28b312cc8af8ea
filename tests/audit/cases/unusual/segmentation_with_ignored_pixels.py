"""Classes of pixels, (N, C, H, W) against (N, H, W); 255 is declared as the label to be ignored."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class Segmenter(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.down = nn.Sequential(nn.Conv2d(2, width, 3, stride=2, padding=1), nn.BatchNorm2d(width), nn.ReLU())
        self.up = nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(width, 16, 3, padding=1), nn.ReLU())
        self.head = nn.Conv2d(16 + 2, 4, 1)

    def forward(self, images):
        return self.head(torch.cat([self.up(self.down(images)), images], 1))


def program(v: Variation) -> Program:
    images = F.avg_pool2d(torch.randn(v.rows, 2, 18, 18), 3, stride=1) * 3
    classes = (images[:, 0] > 0).long() + 2 * (images[:, 1] + 0.1 * torch.randn(v.rows, 16, 16) > 0).long()
    classes[torch.rand(v.rows, 16, 16) < 0.1] = 255
    return Program(Segmenter(v.width), nn.CrossEntropyLoss(ignore_index=255), images, classes)
