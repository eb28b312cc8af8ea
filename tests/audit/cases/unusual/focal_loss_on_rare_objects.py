"""Objects are 2 % of the places, under a focal loss by hand that is divided by the number of objects, as in RetinaNet.

Bjects are 2 % of the places, under a focal loss by hand that is divided by the number of objects, as in RetinaNet.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


def focal(scores, objects, alpha=0.25, gamma=2.0):
    losses = F.binary_cross_entropy_with_logits(scores, objects, reduction="none")
    chance = torch.sigmoid(scores)
    missed = objects * (1 - chance) + (1 - objects) * chance
    weights = objects * alpha + (1 - objects) * (1 - alpha)
    return (weights * missed**gamma * losses).sum() / objects.sum()


def program(v: Variation) -> Program:
    images = F.avg_pool2d(torch.randn(v.rows, 1, 18, 18), 3, stride=1) * 3
    threshold = images.flatten().kthvalue(round(0.98 * images.numel())).values
    objects = (images > threshold).float()
    model = nn.Sequential(nn.Conv2d(1, v.width, 3, padding=1), nn.ReLU(), nn.Conv2d(v.width, 1, 3, padding=1))
    nn.init.constant_(model[2].bias, -4.6)
    return Program(model, focal, images, objects)
