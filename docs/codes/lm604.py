"""The loss is computed in bfloat16, which has two digits, or float16, which has three. Small errors are rounded away,
and large ones overflow.
"""

import torch
from judging import Trained
from torch import nn
from torch.nn import functional as F


def data(rows):
    x = torch.randn(rows, 8)
    return x, 10 + x[:, :1] + x[:, 1:2]


def half(prediction, y):
    return F.mse_loss(prediction.bfloat16(), y.bfloat16())


def wrong(rows=256):
    x, y = data(rows)
    return nn.Linear(8, 1), half, x, y


def mended(rows=256):
    x, y = data(rows)
    return nn.Linear(8, 1), F.mse_loss, x, y


def error(run):
    """The root of the mean squared error."""
    return float((run.output - run.truth).square().mean().sqrt())


MEASURED = Trained({"root mean squared error": error}, rate=0.05, steps=1000)
HURTS = "Around 10 the numbers of bfloat16 are 0.06 apart: an error below that is seen on average only, or not at all."
IGNORE = "The target is no more exact than that, and the loss's own value is not read."
