"""An autoencoder's pixels are scaled to 0 to 1 as inputs but not as targets, where they stay 0 to 255."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation
from lossmith.datasets import DIGITS

EXPECTED = "LM207"


class Autoencoder(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(64, width), nn.ReLU(), nn.Linear(width, 8))
        self.decoder = nn.Sequential(nn.Linear(8, width), nn.ReLU(), nn.Linear(width, 64))

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        return self.decoder(self.encoder(pixels))


def program(v: Variation) -> Program:
    pixels = torch.tensor(DIGITS.read().drop("digit").head(v.rows).to_numpy()).float()
    pixels = (pixels * 255 / 16).round()
    return Program(Autoencoder(v.width), F.binary_cross_entropy_with_logits, pixels / 255, pixels)
