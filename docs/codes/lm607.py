"""Most predictions are at an end of their range before anything was learned: inputs of the size of 1000 drive a
sigmoid to 0 or 1, where it is flat.
"""

import torch
from judging import Trained, accuracy
from torch import nn


def data(rows):
    x = 1000 * torch.randn(rows, 8)
    return x, (x[:, :1] * x[:, 1:2] > 0).float()


def wrong(rows=256):
    x, y = data(rows)
    model = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 1), nn.Sigmoid())
    return model, nn.BCELoss(), x, y


def mended(rows=256):
    x, y = data(rows)
    model = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 1), nn.Sigmoid())
    return model, nn.BCELoss(), x / 1000, y


MEASURED = Trained({"accuracy": accuracy})
HURTS = "Whether right or wrong, what lies before the sigmoid has next to no gradient."
IGNORE = "The model was trained before, and is sure because it knows."
