"""A mask of bytes is 0 or 255, and the loss reads 0 to 1. At a score of 0, a pixel of 255 pulls 509 times as hard as
one of 0.
"""

import torch
from judging import Trained, accuracy
from torch import nn


def data(rows):
    x = torch.randn(rows, 8)
    return x, (x[:, 0] > x[:, 1] + 1).float()


def wrong(rows=256):
    x, y = data(rows)
    model = nn.Sequential(nn.Linear(8, 1), nn.Flatten(0))
    mask = 255 * y  # as in the image
    return model, nn.BCEWithLogitsLoss(), x, mask


def mended(rows=256):
    x, y = data(rows)
    model = nn.Sequential(nn.Linear(8, 1), nn.Flatten(0))
    mask = 255 * y
    return model, nn.BCEWithLogitsLoss(), x, mask / 255


MEASURED = Trained({"accuracy": accuracy})
HURTS = "The loss falls without end where the mask is on, so the model turns it on in far too many places."
IGNORE = "Never for masks: the loss has no least value."
