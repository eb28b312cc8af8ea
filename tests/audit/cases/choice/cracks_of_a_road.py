"""Cracks of a road, less than 1 % of the pixels: under a plain mean of binary cross-entropy, a road without cracks
is nearly perfect.
"""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM705"


class UNetLite(nn.Module):
    def __init__(self, width):
        super().__init__()
        c = width // 4
        self.down1 = nn.Conv2d(1, c, 3, padding=1)
        self.down2 = nn.Conv2d(c, 2 * c, 3, padding=1)
        self.up = nn.ConvTranspose2d(2 * c, c, 2, stride=2)
        self.head = nn.Conv2d(2 * c, 1, 1)

    def forward(self, x):
        d1 = F.leaky_relu(self.down1(x))
        d2 = F.leaky_relu(self.down2(F.avg_pool2d(d1, 2)))
        return self.head(torch.cat([d1, self.up(d2)], dim=1))


def crack_loss(logits, mask):
    return F.binary_cross_entropy_with_logits(logits, mask)


def program(v: Variation) -> Program:
    mask = torch.zeros(v.rows, 1, 16, 16)
    for i in range(0, v.rows, 6):
        column = int(torch.randint(3, 13, ()))
        start = int(torch.randint(0, 6, ()))
        for row in range(start, start + 10):
            column = min(max(column + int(torch.randint(-1, 2, ())), 0), 15)
            mask[i, 0, row, column] = 1.0
    asphalt = 0.3 * torch.randn(v.rows, 1, 16, 16)
    return Program(UNetLite(v.width), crack_loss, asphalt - 1.5 * mask, mask)
