"""A small U-Net ends in raw scores, for BCEWithLogitsLoss with a pos_weight."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


def double_conv(inside, outside):
    return nn.Sequential(
        nn.Conv2d(inside, outside, 3, padding=1, bias=False),
        nn.BatchNorm2d(outside),
        nn.ReLU(inplace=True),
    )


class UNet(nn.Module):
    def __init__(self, base):
        super().__init__()
        self.down = double_conv(1, base)
        self.bottom = double_conv(base, 2 * base)
        self.up = nn.ConvTranspose2d(2 * base, base, 2, stride=2)
        self.merge = double_conv(2 * base, base)
        self.out = nn.Conv2d(base, 1, 1)

    def forward(self, x):
        skip = self.down(x)
        deep = self.bottom(F.max_pool2d(skip, 2))
        x = self.merge(torch.cat([self.up(deep), skip], dim=1))
        return self.out(x)


def program(v: Variation) -> Program:
    rows, columns = torch.meshgrid(torch.arange(16), torch.arange(16), indexing="ij")
    centre = torch.randint(4, 12, (v.rows, 2, 1, 1))
    mask = ((rows - centre[:, 0]) ** 2 + (columns - centre[:, 1]) ** 2 <= 9).float().unsqueeze(1)
    image = mask + 0.5 * torch.randn(v.rows, 1, 16, 16)
    return Program(UNet(v.width // 8), nn.BCEWithLogitsLoss(pos_weight=torch.tensor(4.0)), image, mask)
