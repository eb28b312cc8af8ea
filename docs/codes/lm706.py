"""A squared error is taken of probabilities. Where a softmax is sure and wrong it is flat, so the worst rows say
least.
"""

import torch
from judging import Trained, accuracy
from torch import nn
from torch.nn import functional as F


def data(rows):
    x = torch.randn(rows, 8)
    return x, x[:, :5].argmax(1)


def started():
    """Sure of class 0 from the start, as where it was frequent in the data seen before."""
    layer = nn.Linear(8, 5)
    nn.init.constant_(layer.bias[0], 12.0)
    return layer


def wrong(rows=256):
    x, y = data(rows)
    return nn.Sequential(started(), nn.Softmax(dim=1)), nn.MSELoss(), x, F.one_hot(y, 5).float()


def mended(rows=256):
    x, y = data(rows)
    return started(), nn.CrossEntropyLoss(), x, y


MEASURED = Trained({"accuracy": accuracy}, torch.optim.SGD, rate=0.5)
HURTS = "What starts sure and wrong stays so, as no gradient says that it is."
IGNORE = "The squared error is meant, as a score that is bounded (Brier, 1950), and the model starts unsure."
