"""A loss of yes and no reads an amount. It has no least value where the target is below 0 or above 1."""

import torch
from judging import Trained, r_squared
from torch import nn


def data(rows):
    x = torch.randn(rows, 8)
    return x, x[:, :1] + x[:, 1:2] + 0.1 * torch.randn(rows, 1)


def wrong(rows=256):
    x, y = data(rows)
    return nn.Linear(8, 1), nn.BCEWithLogitsLoss(), x, y


def mended(rows=256):
    x, y = data(rows)
    return nn.Linear(8, 1), nn.MSELoss(), x, y


MEASURED = Trained({"R²": r_squared})
HURTS = "Scores run away from the targets, and the loss falls all the while."
IGNORE = "Never: the loss has no least value."
