"""A clamp holds predictions in a range, and where it holds them its slope is 0: what is beyond does not come back."""

import torch
from judging import Trained
from torch import nn
from torch.nn import functional as F


def data(rows):
    x = torch.randn(rows, 8)
    return x, 3 + 0.2 * (x[:, :1] + x[:, 1:2])


def clamped(prediction, y):
    return F.mse_loss(prediction.clamp(2, 4), y)


def wrong(rows=256):
    x, y = data(rows)
    return nn.Linear(8, 1), clamped, x, y


def mended(rows=256):
    x, y = data(rows)
    return nn.Linear(8, 1), F.mse_loss, x, y


def r_squared(run):
    """Of the predictions, held in the range of the targets."""
    return float(1 - (run.output.clamp(2, 4) - run.truth).square().mean() / run.truth.var(correction=0))


MEASURED = Trained({"R²": r_squared}, rate=0.05)
HURTS = "A fresh model says about 0, below the range, so that hardly a row has a gradient, or none."
IGNORE = "What is beyond the range is as good as its end, so that there is nothing to learn there."
