"""A segmentation network ends in log-probabilities, as the class-weighted NLLLoss wants them."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


def program(v: Variation) -> Program:
    images = torch.randn(v.rows, 2, 8, 8)
    smooth = F.avg_pool2d(images, 3, 1, 1)
    mask = (smooth[:, 0] > 0).long() + (smooth[:, 1] > 0.2).long()
    model = nn.Sequential(
        nn.Conv2d(2, v.width, 3, padding=1),
        nn.LeakyReLU(),
        nn.Conv2d(v.width, 3, 3, padding=1),
        nn.LogSoftmax(dim=1),
    )
    return Program(model, nn.NLLLoss(weight=torch.tensor([1.0, 0.8, 1.5])), images, mask)
