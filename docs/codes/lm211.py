"""A row may have several labels, and the loss applies a softmax, which gives one class at a time: labels that are
right together compete for a probability of 1.
"""

import torch
from judging import Trained
from torch import nn


def data(rows):
    x = torch.randn(rows, 8)
    return x, (x[:, :4] > 0).float()


def wrong(rows=256):
    x, y = data(rows)
    return nn.Linear(8, 4), nn.CrossEntropyLoss(), x, y


def mended(rows=256):
    x, y = data(rows)
    return nn.Linear(8, 4), nn.BCEWithLogitsLoss(), x, y


def right(run):
    """Labels that are right, of a probability of one half and more."""
    p = run.output.softmax(1) if isinstance(run.loss, nn.CrossEntropyLoss) else run.output.sigmoid()
    return float(((p > 0.5) == run.truth).double().mean())


MEASURED = Trained({"accuracy of a label": right})
HURTS = "At most one label of a row can have a probability above one half."
IGNORE = "The classes are to share a row among them, and their order is all that is read."
