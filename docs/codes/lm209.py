"""The target holds indices of classes, where the loss takes a row of numbers for each sample."""

import torch
from judging import Trained, accuracy
from torch import nn


def data(rows):
    x = torch.randn(rows, 8)
    return x, x[:, :3].argmax(1)


def wrong(rows=256):
    x, y = data(rows)
    return nn.Linear(8, 3), nn.BCEWithLogitsLoss(), x, y.float()


def mended(rows=256):
    x, y = data(rows)
    return nn.Linear(8, 3), nn.CrossEntropyLoss(), x, y


MEASURED = Trained({"accuracy": accuracy})
HURTS = "There is no training at all."
IGNORE = "Never: the loss cannot read them."
