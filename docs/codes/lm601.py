"""The logarithm of a probability is taken, and the probability is 0: a softmax of scores that lie far apart rounds to
0, and its logarithm is −∞.
"""

import torch
from judging import Trained, accuracy, numbers
from torch import nn
from torch.nn import functional as F


def data(rows):
    x = torch.randn(rows, 8)
    return x, x[:, :3].argmax(1)


def log_by_hand(p, y):
    return F.nll_loss(p.log(), y)


def wrong(rows=256):
    x, y = data(rows)
    return nn.Sequential(nn.Linear(8, 3), nn.Softmax(dim=1)), log_by_hand, 500 * x, y


def mended(rows=256):
    x, y = data(rows)
    return nn.Linear(8, 3), F.cross_entropy, 500 * x, y


MEASURED = Trained({"share of outputs that are numbers": numbers, "accuracy": accuracy})
HURTS = "One row is enough for the loss to be infinite, and its gradient NaN."
IGNORE = "Never: the model is lost after one step."
