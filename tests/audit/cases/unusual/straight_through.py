"""Codes are rounded, and their gradient goes straight through the rounding, by a ``detach`` on purpose."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation
from lossmith import datasets

EXPECTED = None


class Quantised(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(64, width), nn.ReLU(), nn.Linear(width, 12))
        self.decoder = nn.Sequential(nn.Linear(12, width), nn.ReLU(), nn.Linear(width, 64))

    def forward(self, pixels):
        code = 3 * torch.tanh(self.encoder(pixels))
        return self.decoder(code + (code.round() - code).detach())


def program(v: Variation) -> Program:
    pixels = datasets.DIGITS.read().head(v.rows).drop("digit").to_torch().float() / 16
    return Program(Quantised(v.width), F.mse_loss, pixels, pixels)
