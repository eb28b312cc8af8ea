"""Depths beyond the sensor's range are to be left out, but the comparison is the wrong way round.

No pixel is valid.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM502"

RANGE = 8.0  # in tens of metres


def masked_depth(prediction, target):
    return ((prediction - target["depth"]).abs() * target["valid"]).sum() / target["valid"].sum()


def program(v: Variation) -> Program:
    images = F.avg_pool2d(torch.randn(v.rows, 2, 10, 10), 3, stride=1) * 3
    depth = 3 + 1.5 * torch.tanh(images[:, :1] - images[:, 1:]) + 0.1 * torch.randn(v.rows, 1, 8, 8)
    valid = depth > RANGE
    model = nn.Sequential(nn.Conv2d(2, v.width, 3, padding=1), nn.GELU(), nn.Conv2d(v.width, 1, 3, padding=1))
    return Program(model, masked_depth, images, {"depth": depth, "valid": valid.float()})
