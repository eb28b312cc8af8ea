"""Pictures are normalised to -1 to 1, and the decoder ends in a tanh."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Autoencoder(nn.Module):
    def __init__(self, ch):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Conv2d(1, ch, 3, stride=2, padding=1),
            nn.ELU(),
            nn.Conv2d(ch, 8, 3, stride=2, padding=1),
            nn.ELU(),
        )
        self.decoder = nn.Sequential(
            nn.ConvTranspose2d(8, ch, 2, stride=2),
            nn.ELU(),
            nn.ConvTranspose2d(ch, 1, 2, stride=2),
            nn.Tanh(),
        )

    def forward(self, x):
        return self.decoder(self.encoder(x))


def program(v: Variation) -> Program:
    grid = torch.linspace(-1, 1, 16)
    cx, cy = torch.rand(2, v.rows, 1, 1) - 0.5
    img = 0.05 + 0.9 * torch.exp(-4 * ((grid[:, None] - cy) ** 2 + (grid - cx) ** 2))
    img = (img.unsqueeze(1) - 0.5) / 0.5  # transforms.Normalize((0.5,), (0.5,))
    return Program(Autoencoder(v.width), nn.MSELoss(), img, img)
