"""The target holds one-hot rows of integers, where the loss takes indices of classes."""

import torch
from judging import Trained, accuracy
from torch import nn
from torch.nn import functional as F


def data(rows):
    x = torch.randn(rows, 8)
    return x, x[:, :3].argmax(1)


def wrong(rows=256):
    x, y = data(rows)
    return nn.Linear(8, 3), nn.CrossEntropyLoss(), x, F.one_hot(y, 3)


def mended(rows=256):
    x, y = data(rows)
    return nn.Linear(8, 3), nn.CrossEntropyLoss(), x, F.one_hot(y, 3).argmax(dim=1)


MEASURED = Trained({"accuracy": accuracy})
HURTS = "There is no training at all."
IGNORE = "Never: the loss cannot read them."
