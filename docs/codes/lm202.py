"""There are labels for which there is no output. Here −1 stands for unknown, and a loss that looks its scores up takes
it for the last class, as Python counts from the end.
"""

import torch
from judging import Trained, accuracy, surprise
from torch import nn
from torch.nn import functional as F


def data(rows):
    x = torch.randn(rows, 8)
    return x, x[:, :3].argmax(1)


def labelled(y):
    """A third of the labels is unknown."""
    return torch.where(torch.rand(len(y)) < 1 / 3, -1, y)


def loss(scores, labels):
    return -scores.log_softmax(1)[torch.arange(len(labels)), labels].mean()


def wrong(rows=256):
    x, y = data(rows)
    return nn.Linear(8, 3), loss, x, labelled(y)


def mended(rows=256):
    x, y = data(rows)
    return nn.Linear(8, 3), lambda scores, labels: F.cross_entropy(scores, labels, ignore_index=-1), x, labelled(y)


MEASURED = Trained({"accuracy": accuracy, "mean −log p of the truth": surprise})
HURTS = "What is unknown is learned as if it were the last class."
IGNORE = "Labels count from the end on purpose."
