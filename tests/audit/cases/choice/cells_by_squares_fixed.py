"""How many cells are in each field of a picture, under a Poisson likelihood."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


def program(v: Variation) -> Program:
    images = F.avg_pool2d(torch.randn(v.rows, 1, 10, 10), 3, stride=1) * 3
    rate = torch.exp(0.3 + 0.8 * F.avg_pool2d(images, 2))
    model = nn.Sequential(nn.Conv2d(1, v.width, 3, padding=1), nn.GELU(), nn.Conv2d(v.width, 1, 2, stride=2))
    loss = nn.PoissonNLLLoss(log_input=True)
    return Program(model, loss, images, torch.poisson(rate))
