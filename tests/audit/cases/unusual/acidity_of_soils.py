"""A soil's acidity lies between 3.5 and 9.5, its humus is a share, and it has a texture: the first two heads are
bounded by sigmoids that are stretched to what can be."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class SoilNetwork(nn.Module):
    def __init__(self, width, lowest=3.5, highest=9.5):
        super().__init__()
        self.lowest, self.highest = lowest, highest
        self.spectrum = nn.Sequential(
            nn.Conv1d(1, 8, 5, stride=2), nn.GELU(), nn.Flatten(), nn.Linear(8 * 14, width), nn.GELU()
        )
        self.acidity, self.humus, self.texture = nn.Linear(width, 1), nn.Linear(width, 1), nn.Linear(width, 3)

    def forward(self, reflectance):
        h = self.spectrum(reflectance.unsqueeze(1))
        acidity = self.lowest + (self.highest - self.lowest) * self.acidity(h).sigmoid()
        return acidity.squeeze(1), self.humus(h).sigmoid().squeeze(1), self.texture(h)


def soil_loss(output, target):
    acidity, humus, texture = output
    return (
        F.smooth_l1_loss(acidity, target["acidity"])
        + 4 * F.l1_loss(humus, target["humus"])
        + F.cross_entropy(texture, target["texture"])
    )


def program(v: Variation) -> Program:
    hidden = torch.randn(v.rows, 5)
    reflectance = hidden @ torch.randn(5, 32) / 2 + 0.2 * torch.randn(v.rows, 32)
    target = {
        "acidity": 6.5 + 2.5 * torch.tanh(0.6 * hidden[:, 0]),
        "humus": torch.sigmoid(hidden[:, 1]),
        "texture": hidden[:, 2:].argmax(1),
    }
    return Program(SoilNetwork(v.width), soil_loss, reflectance, target)
