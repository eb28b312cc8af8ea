"""Lesions are half a percent of the pixels, and weigh as much as the rest."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


def program(v: Variation) -> Program:
    images = F.avg_pool2d(torch.randn(v.rows, 1, 18, 18), 3, stride=1) * 3
    threshold = images.flatten().kthvalue(round(0.995 * images.numel())).values
    lesion = (images[:, 0] + 0.05 * torch.randn(v.rows, 16, 16) > threshold).long()
    model = nn.Sequential(nn.Conv2d(1, v.width, 3, padding=1), nn.ReLU(), nn.Conv2d(v.width, 2, 1))
    loss = nn.CrossEntropyLoss(weight=torch.tensor([1.0, 200.0]))
    return Program(model, loss, images, lesion)
