"""Masks are read as bytes of 0 and 255 and only made floats: neither half of the loss knows of 255."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM207"


class DoubleConv(nn.Sequential):
    def __init__(self, in_channels, out_channels):
        super().__init__(
            nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(inplace=True),
        )


class TinyUNet(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.down = DoubleConv(3, width)
        self.bottom = DoubleConv(width, width)
        self.up = nn.ConvTranspose2d(width, width, 2, stride=2)
        self.last = nn.Conv2d(2 * width, 1, 1)

    def forward(self, x):
        skip = self.down(x)
        deep = self.up(self.bottom(F.max_pool2d(skip, 2)))
        return self.last(torch.cat([skip, deep], dim=1))


class BCEDiceLoss(nn.Module):
    def forward(self, logits, masks, smooth=1.0):
        bce = F.binary_cross_entropy_with_logits(logits, masks)
        probs = torch.sigmoid(logits)
        intersection = (probs * masks).sum()
        dice = (2 * intersection + smooth) / (probs.sum() + masks.sum() + smooth)
        return bce + 1 - dice


def program(v: Variation) -> Program:
    grid = torch.linspace(-1, 1, 16)
    cx, cy = 0.6 * torch.rand(2, v.rows, 1, 1) - 0.3
    car = ((grid[:, None] - cy).abs() < 0.4) & ((grid - cx).abs() < 0.6)
    mask = (car * 255).to(torch.uint8).unsqueeze(1)  # as the png says
    image = 0.4 * car.float().unsqueeze(1) + 0.3 * torch.rand(v.rows, 3, 16, 16)
    return Program(TinyUNet(v.width // 4), BCEDiceLoss(), image, mask.float())
