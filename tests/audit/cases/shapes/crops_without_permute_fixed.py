"""Eight crops on fields of 8 x 8 pixels: the one-hot target is permuted to hold the class where the scores do."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class CropMapper(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.bands = nn.Conv2d(6, channels, 1)
        self.context = nn.Conv2d(channels, channels, 3, padding=1, groups=channels // 4)
        self.crop = nn.Conv2d(channels, 8, 1)

    def forward(self, scene):
        return self.crop(F.gelu(self.context(F.gelu(self.bands(scene)))))


def soft_loss(scores, crop):
    truth = F.one_hot(crop, 8).permute(0, 3, 1, 2).float()
    return -(truth * F.log_softmax(scores, dim=1)).sum(dim=1).mean()


def program(v: Variation) -> Program:
    crop = torch.randint(0, 8, (v.rows, 4, 4)).repeat_interleave(2, 1).repeat_interleave(2, 2)
    spectra = torch.randn(8, 6)
    scene = spectra[crop].permute(0, 3, 1, 2) + 0.4 * torch.randn(v.rows, 6, 8, 8)
    return Program(CropMapper(v.width), soft_loss, scene, crop)
