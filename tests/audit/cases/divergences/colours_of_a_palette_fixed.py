"""How much of each of 32 colours an image holds: `batchmean` divides by the images only."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Palette(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.patch = nn.Conv2d(3, width, 4, stride=4)
        self.colour = nn.Conv2d(width, 32, 1)

    def forward(self, image):
        return self.colour(F.silu(self.patch(image))).mean(dim=(2, 3))


def palette_loss(scores, palette):
    return F.kl_div(F.log_softmax(scores, dim=1), palette, reduction="batchmean")


def program(v: Variation) -> Program:
    tint = torch.randn(v.rows, 3)
    image = tint[:, :, None, None] + 0.5 * torch.randn(v.rows, 3, 12, 12)
    palette = torch.softmax(tint @ torch.randn(3, 32) + 0.2 * torch.randn(v.rows, 32), dim=1)
    return Program(Palette(v.width), palette_loss, image, palette)
