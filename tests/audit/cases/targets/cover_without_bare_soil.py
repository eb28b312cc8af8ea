"""Shares of plant cover lose the column of bare soil and are not shared out anew: the rows no longer sum to one."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM210"


class Cover(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.spectrum = nn.Sequential(nn.Conv1d(1, width, 3), nn.Mish(), nn.AdaptiveMaxPool1d(4), nn.Flatten())
        self.plants = nn.LazyLinear(3)
        self.plants(self.spectrum(torch.zeros(1, 1, 12)))

    def forward(self, reflectance):
        return self.plants(self.spectrum(reflectance.unsqueeze(1)))


def program(v: Variation) -> Program:
    cover = torch.distributions.Dirichlet(torch.tensor([1.5, 1.5, 1.5, 2.0])).sample((v.rows,))
    bands = torch.rand(4, 12) * 2 - 1
    reflectance = 3 * cover @ bands + 0.1 * torch.randn(v.rows, 12)
    plants = cover[:, :3]
    return Program(Cover(v.width), lambda logits, shares: F.cross_entropy(logits, shares), reflectance, plants)
