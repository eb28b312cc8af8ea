"""The model's last layer has a range, and targets lie outside of it: a ReLU gives nothing below 0, a sigmoid nothing
above 1.
"""

import torch
from judging import Trained, r_squared
from torch import nn


def data(rows):
    x = torch.randn(rows, 8)
    return x, x[:, :1] + x[:, 1:2] + 0.1 * torch.randn(rows, 1)


def wrong(rows=256):
    x, y = data(rows)
    model = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 1), nn.ReLU())
    return model, nn.MSELoss(), x, y


def mended(rows=256):
    x, y = data(rows)
    model = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 1))
    return model, nn.MSELoss(), x, y


MEASURED = Trained({"R²": r_squared})
HURTS = "Half of the targets are out of reach, and where the last activation is flat no gradient passes it."
IGNORE = "What lies outside is known to be wrong, and predictions have to stay inside."
