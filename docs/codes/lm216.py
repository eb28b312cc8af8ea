"""Some targets are NaN. One is enough for the loss to be NaN, and after one step all parameters are."""

import torch
from judging import Trained, numbers
from torch import nn
from torch.nn import functional as F


def data(rows):
    x = torch.randn(rows, 8)
    return x, x[:, :1] + x[:, 1:2] + 0.1 * torch.randn(rows, 1)


def with_gaps(y):
    return torch.where(torch.arange(len(y))[:, None] % 20 == 0, torch.nan, y)


def present(prediction, target):
    known = target.isfinite()
    return F.mse_loss(prediction[known], target[known])


def wrong(rows=256):
    x, y = data(rows)
    return nn.Linear(8, 1), F.mse_loss, x, with_gaps(y)


def mended(rows=256):
    x, y = data(rows)
    return nn.Linear(8, 1), present, x, with_gaps(y)


def r_squared(run):
    """Of the targets without gaps."""
    return float(1 - (run.output - run.truth).square().mean() / run.truth.var(correction=0))


MEASURED = Trained({"share of outputs that are numbers": numbers, "R²": r_squared})
HURTS = "The model is lost, and with it all that it had learned."
IGNORE = "Never: nothing can be learned from such a batch."
