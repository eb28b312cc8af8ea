"""A mask of clouds is 0 or 1 already, and divided by 255 once more: a cloud is 0.004."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM214"


class CloudNet(nn.Module):
    """Fire modules of SqueezeNet, without pooling."""

    def __init__(self, width):
        super().__init__()
        self.squeeze = nn.Conv2d(4, width // 8, 1)
        self.expand1 = nn.Conv2d(width // 8, width // 2, 1)
        self.expand3 = nn.Conv2d(width // 8, width // 2, 3, padding=1)
        self.mask = nn.Conv2d(width // 2 * 2, 1, 1)

    def forward(self, bands):
        squeezed = F.relu(self.squeeze(bands))
        return self.mask(F.relu(torch.cat([self.expand1(squeezed), self.expand3(squeezed)], 1)))[:, 0]


def program(v: Variation) -> Program:
    height = F.interpolate(torch.randn(v.rows, 1, 4, 4), size=12, mode="bilinear")[:, 0]
    clouds = (height > 0.1).float()
    bands = torch.stack([clouds, 1 - clouds, height, -height], 1) + 0.3 * torch.randn(v.rows, 4, 12, 12)
    return Program(CloudNet(v.width), nn.BCEWithLogitsLoss(), bands, clouds / 255)
