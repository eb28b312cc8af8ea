"""Gradients are far too large, as each layer multiplies what it passes on by more than 1. The first step throws the
model away.
"""

import torch
from judging import Trained, r_squared
from torch import nn


def data(rows):
    x = torch.randn(rows, 8)
    return x, x[:, :1] + x[:, 1:2] + 0.1 * torch.randn(rows, 1)


def network():
    hidden = [part for _ in range(6) for part in (nn.Linear(32, 32), nn.ReLU())]
    return nn.Sequential(nn.Linear(8, 32), nn.ReLU(), *hidden, nn.Linear(32, 1))


def wrong(rows=256):
    x, y = data(rows)
    model = network()
    for layer in model[::2]:
        nn.init.normal_(layer.weight, std=1.0)
    return model, nn.MSELoss(), x, y


def mended(rows=256):
    x, y = data(rows)
    model = network()
    for layer in model[::2]:
        nn.init.kaiming_normal_(layer.weight)
    return model, nn.MSELoss(), x, y


MEASURED = Trained({"R²": r_squared}, torch.optim.SGD)
HURTS = "A few steps, each far too long, and no parameter is a number."
IGNORE = "Gradients are clipped, and the loss is seen to fall."
