"""Labels that are ignored still count in the mean: the sum runs over what is kept, and is divided by all. The more is
padded, the less the rest weighs.
"""

import torch
from judging import Trained, accuracy, surprise
from torch import nn
from torch.nn import functional as F


def data(rows):
    x = torch.randn(rows, 8)
    return x, x[:, :3].argmax(1)


def padded(y):
    return torch.where(torch.rand(len(y)) < 0.9, -100, y)


def over_all(scores, y):
    return F.cross_entropy(scores, y, reduction="none").mean()


def wrong(rows=1024):
    x, y = data(rows)
    return nn.Linear(8, 3), over_all, x, padded(y)


def mended(rows=1024):
    x, y = data(rows)
    return nn.Linear(8, 3), F.cross_entropy, x, padded(y)


MEASURED = Trained({"accuracy": accuracy, "mean −log p of the truth": surprise}, torch.optim.SGD, rate=0.1, steps=100)
HURTS = "With nine of ten labels padded, each step is a tenth of what it should be; with other padding, another part."
IGNORE = "The mean over all places is meant: each place weighs the same in every batch."
