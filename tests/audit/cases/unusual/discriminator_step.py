"""A discriminator's step: real rows are 1, rows of a generator, out of the graph on purpose, are 0."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


def program(v: Variation) -> Program:
    generator = nn.Sequential(nn.Linear(6, 16), nn.Tanh(), nn.Linear(16, 8))
    half = v.rows // 2
    real = torch.randn(half, 8) @ torch.randn(8, 8) / 3 + 1
    fake = generator(torch.randn(half, 6)).detach()
    labels = torch.cat([torch.ones(half, 1), torch.zeros(half, 1)])
    model = nn.Sequential(nn.Linear(8, v.width), nn.LeakyReLU(0.2), nn.Dropout(0.3), nn.Linear(v.width, 1))
    return Program(model, F.binary_cross_entropy_with_logits, torch.cat([real, fake]), labels)
