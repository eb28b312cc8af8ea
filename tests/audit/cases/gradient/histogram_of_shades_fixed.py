"""Pictures shall have the histogram of a film; each pixel counts a little in all bins, by a bell."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


CENTRES = torch.linspace(0.05, 0.95, 10)


class ToneMapper(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(1, features, 1), nn.Tanh(), nn.Conv2d(features, features, 1), nn.Tanh(), nn.Conv2d(features, 1, 1)
        )

    def forward(self, picture):
        return torch.sigmoid(2 * picture + self.body(picture))


def histogram(picture):
    offset = picture.flatten(1).unsqueeze(2) - CENTRES
    counted = torch.exp(-((offset / 0.05) ** 2) / 2) / 2.5
    return counted.mean(1)


def histogram_loss(picture, reference):
    return (histogram(picture) - histogram(reference)).abs().sum(1).mean()


def program(v: Variation) -> Program:
    picture = torch.randn(v.rows, 1, 12, 12)
    film = torch.sigmoid(0.7 * torch.randn(v.rows, 1, 12, 12) + 1.2)
    return Program(ToneMapper(v.width // 2), histogram_loss, picture, film)
