"""Missing targets are masked after the loss was taken of them: the value is a number, but 0 times NaN is NaN, and that
is the gradient.
"""

import torch
from judging import Trained, numbers
from torch import nn
from torch.nn import functional as F


def data(rows):
    x = torch.randn(rows, 8)
    return x, x[:, :1] + x[:, 1:2] + 0.1 * torch.randn(rows, 1)


def with_gaps(y):
    return torch.where(torch.arange(len(y))[:, None] % 20 == 0, torch.nan, y)


def masked_after(prediction, y):
    return torch.where(y.isfinite(), (prediction - y).square(), 0).mean()


def masked_before(prediction, y):
    return F.mse_loss(prediction[y.isfinite()], y[y.isfinite()])


def wrong(rows=256):
    x, y = data(rows)
    return nn.Linear(8, 1), masked_after, x, with_gaps(y)


def mended(rows=256):
    x, y = data(rows)
    return nn.Linear(8, 1), masked_before, x, with_gaps(y)


def r_squared(run):
    """Of the targets without gaps."""
    return float(1 - (run.output - run.truth).square().mean() / run.truth.var(correction=0))


MEASURED = Trained({"share of outputs that are numbers": numbers, "R²": r_squared})
HURTS = "The loss of the first step looks well, and after it every parameter is NaN."
IGNORE = "Never: the model is lost after one step."
