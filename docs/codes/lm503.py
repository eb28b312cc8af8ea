"""The loss is a sum over the batch. With twice the rows the gradient is twice as large."""

import torch
from judging import Trained, accuracy, surprise
from torch import nn


def data(rows):
    x = torch.randn(rows, 8)
    return x, torch.distributions.Categorical(logits=2 * x[:, :3]).sample()


def wrong(rows=256):
    x, y = data(rows)
    return nn.Linear(8, 3), nn.CrossEntropyLoss(reduction="sum"), x, y


def mended(rows=256):
    x, y = data(rows)
    return nn.Linear(8, 3), nn.CrossEntropyLoss(), x, y


MEASURED = Trained({"accuracy": accuracy, "mean −log p of the truth": surprise}, torch.optim.SGD, rate=0.5)
HURTS = "A learning rate that suits the mean is 256 times too large for the sum of 256 rows."
IGNORE = "The optimiser is scaled (Adam), or the sum is divided later, as over many processes."
