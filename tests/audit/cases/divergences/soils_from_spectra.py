"""Soil fractions from reflectance: the divergence is given the fractions that the network says, not their logarithms.

It falls below 0, and its minimum is not at the truth.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM401"


class SoilNet(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.bands = nn.Sequential(nn.Conv1d(1, 8, 5, stride=2, padding=2), nn.LeakyReLU(0.1), nn.Flatten())
        self.mix = nn.Sequential(nn.Linear(8 * 15, width), nn.LeakyReLU(0.1), nn.Linear(width, 4))

    def forward(self, spectrum):
        return self.mix(self.bands(spectrum.unsqueeze(1))).softmax(dim=-1)


criterion = nn.KLDivLoss(reduction="batchmean")


def texture_loss(fractions, laboratory):
    return criterion(fractions, laboratory)


def program(v: Variation) -> Program:
    ends = torch.randn(4, 30).cumsum(1) / 4  # the smooth spectra of sand, silt, clay and humus
    laboratory = torch.softmax(1.5 * torch.randn(v.rows, 4), dim=-1)
    spectrum = laboratory @ ends + 0.05 * torch.randn(v.rows, 30)
    return Program(SoilNet(v.width), texture_loss, spectrum, laboratory)
