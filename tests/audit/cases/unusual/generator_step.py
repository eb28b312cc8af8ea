"""A generator's step against a fixed discriminator.

Every target is 1, on purpose, and the discriminator's parameters are not trained here.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class GeneratorStep(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.generator = nn.Sequential(nn.Linear(6, width), nn.ReLU(), nn.Linear(width, 8))
        self.discriminator = nn.Sequential(nn.Linear(8, width), nn.LeakyReLU(0.2), nn.Linear(width, 1))
        self.discriminator.requires_grad_(False)

    def forward(self, noise):
        return self.discriminator(self.generator(noise))


def program(v: Variation) -> Program:
    return Program(GeneratorStep(v.width), nn.BCEWithLogitsLoss(), torch.randn(v.rows, 6), torch.ones(v.rows, 1))
