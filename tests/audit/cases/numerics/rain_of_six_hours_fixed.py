"""Rain of the next six hours from radar, by a small U-Net: amounts end in a softplus, which slopes everywhere."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class RainNet(nn.Module):
    def __init__(self, channels, hours=6):
        super().__init__()
        self.enter = nn.Conv2d(4, channels, 3, padding=1)
        self.middle = nn.Conv2d(channels, channels, 3, padding=1)
        self.wet = nn.Conv2d(2 * channels, hours, 1)
        self.amount = nn.Sequential(nn.Conv2d(2 * channels, hours, 1, bias=False), nn.BatchNorm2d(hours))

    def forward(self, radar):
        fine = F.gelu(self.enter(radar))
        coarse = F.gelu(self.middle(F.avg_pool2d(fine, 2)))
        both = torch.cat([fine, F.interpolate(coarse, scale_factor=2)], dim=1)
        return self.wet(both), F.softplus(self.amount(both))


def rain_loss(prediction, target):
    wet, amount = prediction
    raining, rain = target
    occurrence = F.binary_cross_entropy_with_logits(wet, raining)
    intensity = ((amount - rain).square() * raining).sum() / raining.sum()
    return occurrence + intensity


def program(v: Variation) -> Program:
    radar = 3 * F.avg_pool2d(torch.randn(v.rows, 4, 10, 10), 3, stride=1)
    mixed = torch.einsum("nchw,cht->nthw", radar, torch.randn(4, 1, 6).expand(4, 8, 6)) / 2
    raining = (mixed + 0.2 * torch.randn_like(mixed) > 0).float()
    rain = torch.log1p(2.5 * torch.exp(0.4 * radar[:, :1] + 0.2 * mixed)) * raining
    return Program(RainNet(v.width // 2), rain_loss, radar, (raining, rain))
