"""A dice loss of probabilities is given raw scores: the overlap may be negative, the denominator 0."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM106"


def dice(p: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    both = (p * mask).sum((1, 2, 3))
    return 1 - ((2 * both + 1) / (p.sum((1, 2, 3)) + mask.sum((1, 2, 3)) + 1)).mean()


def program(v: Variation) -> Program:
    images = torch.randn(v.rows, 1, 16, 16)
    mask = (F.avg_pool2d(images, 5, 1, 2) > 0).float()
    model = nn.Sequential(nn.Conv2d(1, v.width, 5, padding=2), nn.ReLU(), nn.Conv2d(v.width, 1, 1))
    return Program(model, dice, images, mask)
