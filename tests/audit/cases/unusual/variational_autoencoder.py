"""A variational autoencoder.

The model returns three tensors, its target is its input, and the loss adds a divergence to a sum over pixels.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation
from lossmith import datasets

EXPECTED = None


class Autoencoder(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(64, width), nn.ReLU(), nn.Linear(width, 8))
        self.decoder = nn.Sequential(nn.Linear(4, width), nn.ReLU(), nn.Linear(width, 64))

    def forward(self, pixels):
        mean, log_variance = self.encoder(pixels).chunk(2, 1)
        code = mean + torch.exp(log_variance / 2) * torch.randn_like(mean)
        return self.decoder(code), mean, log_variance


def evidence(prediction, pixels):
    scores, mean, log_variance = prediction
    reconstruction = F.binary_cross_entropy_with_logits(scores, pixels, reduction="none").sum(1)
    divergence = (mean.square() + log_variance.exp() - 1 - log_variance).sum(1) / 2
    return (reconstruction + divergence).mean()


def program(v: Variation) -> Program:
    pixels = datasets.DIGITS.read().head(v.rows).drop("digit").to_torch().float() / 16
    return Program(Autoencoder(v.width), evidence, pixels, pixels)
