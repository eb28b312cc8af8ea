"""Labels are floats, where the loss takes indices of classes: a table was read as floats throughout."""

import torch
from judging import Trained, accuracy
from torch import nn


def data(rows):
    x = torch.randn(rows, 8)
    return x, x[:, :3].argmax(1)


def wrong(rows=256):
    x, y = data(rows)
    labels = y.float()  # as a column of a table
    return nn.Linear(8, 3), nn.CrossEntropyLoss(), x, labels


def mended(rows=256):
    x, y = data(rows)
    labels = y.float()
    return nn.Linear(8, 3), nn.CrossEntropyLoss(), x, labels.long()


MEASURED = Trained({"accuracy": accuracy})
HURTS = "There is no training at all."
IGNORE = "Never: the loss cannot read them."
