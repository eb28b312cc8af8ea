"""The prediction is rounded to tenths, the sensor's steps, inside the loss: rounding has the slope 0 everywhere."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM802"


def loss(prediction, target):
    return F.l1_loss(torch.round(prediction, decimals=1), target)


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 10)
    y = torch.round(torch.sin(x[:, :2]) + 0.5 * x[:, 2:4] + 0.05 * torch.randn(v.rows, 2), decimals=1)
    model = nn.Sequential(nn.Linear(10, v.width), nn.GELU(), nn.Linear(v.width, 2))
    return Program(model, loss, x, y)
