"""Most units of a layer are 0 for every row: a ReLU before which the bias is far below 0 never opens, and no gradient
passes it.
"""

import torch
from judging import Trained, r_squared
from torch import nn


def data(rows):
    x = torch.randn(rows, 8)
    return x, x[:, :1] * x[:, 1:2]


def wrong(rows=256):
    x, y = data(rows)
    model = nn.Sequential(nn.Linear(8, 64), nn.ReLU(), nn.Linear(64, 1))
    nn.init.constant_(model[0].bias, -4.0)
    return model, nn.MSELoss(), x, y


def mended(rows=256):
    x, y = data(rows)
    model = nn.Sequential(nn.Linear(8, 64), nn.ReLU(), nn.Linear(64, 1))
    nn.init.constant_(model[0].bias, 0.0)
    return model, nn.MSELoss(), x, y


MEASURED = Trained({"R²": r_squared})
HURTS = "The units are there and paid for, and say nothing."
IGNORE = "The layer is meant to be that sparse, or this batch is not like the others."
