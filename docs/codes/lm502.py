"""No element of the batch counts, and the mean of nothing is 0/0."""

import torch
from judging import Trained, numbers
from torch import nn


def data(rows):
    x = torch.randn(rows, 8)
    return x, x[:, 0] + x[:, 1]


def measured(y):
    """The mask of a batch in which nothing was measured."""
    return torch.zeros(len(y))


def present(prediction, target):
    y, mask = target
    return ((prediction - y).square() * mask).sum() / mask.sum()


def wrong(rows=256):
    x, y = data(rows)
    return nn.Sequential(nn.Linear(8, 1), nn.Flatten(0)), present, x, (y, measured(y))


def mended(rows=256):
    x, y = data(rows)
    mask = torch.maximum(measured(y), (torch.arange(rows) < 64).float())  # batches are drawn with some of each
    return nn.Sequential(nn.Linear(8, 1), nn.Flatten(0)), present, x, (y, mask)


MEASURED = Trained({"share of outputs that are numbers": numbers}, steps=1)
HURTS = "One such batch makes every parameter NaN."
IGNORE = "The step is left out where the loss is no number, as a gradient scaler does."
