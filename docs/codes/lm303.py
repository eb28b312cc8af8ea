"""Scores of a series come as (rows, time, classes), and the loss takes axis 1 for the classes. Where there are as many
places as classes, nothing complains.
"""

import torch
from judging import Trained
from torch import nn
from torch.nn import functional as F


def data(rows):
    x = torch.randn(rows, 5, 8)
    return x, x[:, :, :5].argmax(2)


def last(scores, y):
    return F.cross_entropy(scores.movedim(-1, 1), y)


def wrong(rows=256):
    x, y = data(rows)
    return nn.Linear(8, 5), F.cross_entropy, x, y


def mended(rows=256):
    x, y = data(rows)
    return nn.Linear(8, 5), last, x, y


def accuracy(run):
    """Of the class at each place."""
    return float((run.output.argmax(2) == run.truth).double().mean())


MEASURED = Trained({"accuracy": accuracy})
HURTS = "The places compete with each other instead of the classes."
IGNORE = "The places are meant to compete: the label says where, not what."
