"""A softmax over a single unit is 1 whatever the score is. The model says yes to everything, and no gradient reaches
it.
"""

import torch
from judging import Trained, accuracy
from torch import nn


def data(rows):
    x = torch.randn(rows, 8)
    return x, (x[:, :1] > x[:, 1:2]).float()


def wrong(rows=256):
    x, y = data(rows)
    model = nn.Sequential(nn.Linear(8, 1), nn.Softmax(dim=1))
    return model, nn.BCELoss(), x, y


def mended(rows=256):
    x, y = data(rows)
    model = nn.Linear(8, 1)
    return model, nn.BCEWithLogitsLoss(), x, y


MEASURED = Trained({"accuracy": accuracy})
HURTS = "Nothing is learned."
IGNORE = "Never, where the model is to learn."
