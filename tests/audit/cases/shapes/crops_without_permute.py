"""Eight crops on fields of 8 x 8 pixels: one_hot puts the class last, the scores hold it first, and as all three
axes are eight long the product picks wrong numbers in silence."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM303"


class CropMapper(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.bands = nn.Conv2d(6, channels, 1)
        self.context = nn.Conv2d(channels, channels, 3, padding=1, groups=channels // 4)
        self.crop = nn.Conv2d(channels, 8, 1)

    def forward(self, scene):
        return self.crop(F.gelu(self.context(F.gelu(self.bands(scene)))))


def soft_loss(scores, crop):
    truth = F.one_hot(crop, 8).float()
    return -(truth * F.log_softmax(scores, dim=1)).sum(dim=1).mean()


def program(v: Variation) -> Program:
    crop = torch.randint(0, 8, (v.rows, 4, 4)).repeat_interleave(2, 1).repeat_interleave(2, 2)
    spectra = torch.randn(8, 6)
    scene = spectra[crop].permute(0, 3, 1, 2) + 0.4 * torch.randn(v.rows, 6, 8, 8)
    return Program(CropMapper(v.width), soft_loss, scene, crop)
