"""The loss is the same whatever the prediction is. Here a mean over all probabilities, which is 1/C for any scores."""

import torch
from judging import Trained, accuracy
from torch import nn
from torch.nn import functional as F


def data(rows):
    x = torch.randn(rows, 8)
    return x, x[:, :3].argmax(1)


def of_all(scores, y):
    return 1 - scores.softmax(1).mean()


def wrong(rows=256):
    x, y = data(rows)
    return nn.Linear(8, 3), of_all, x, y


def mended(rows=256):
    x, y = data(rows)
    return nn.Linear(8, 3), F.cross_entropy, x, y


MEASURED = Trained({"accuracy": accuracy})
HURTS = "There is nothing to follow but errors of rounding."
IGNORE = "Never, where the model is to learn."
