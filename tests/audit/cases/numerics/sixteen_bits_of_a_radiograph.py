"""An autoencoder of radiographs: pixels of 16 bits go in unscaled, although the target is scaled, and every sigmoid
of the output is at 0 or 1.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM607"


class Autoencoder(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(64, width), nn.ReLU(True))
        self.decoder = nn.Sequential(nn.Linear(width, 64), nn.Sigmoid())

    def forward(self, img):
        x = img.view(img.size(0), -1)
        return self.decoder(self.encoder(x)).view_as(img)


def program(v: Variation) -> Program:
    ramp = torch.linspace(-1, 1, 8)
    slope = torch.randn(v.rows, 3, 1, 1)
    tissue = slope[:, 0] * ramp.view(1, 8, 1) + slope[:, 1] * ramp.view(1, 1, 8) + slope[:, 2]
    pixels = (65_535 * torch.sigmoid(tissue + 0.1 * torch.randn(v.rows, 8, 8))).round()
    return Program(Autoencoder(v.width), nn.MSELoss(), pixels, pixels / 65_535)
