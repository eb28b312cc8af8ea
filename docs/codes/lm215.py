"""All targets are one number: there is nothing to learn but a constant. Here an integer division made them so."""

import torch
from judging import Trained, last_loss
from torch import nn
from torch.nn import functional as F


def data(rows):
    x = torch.randn(rows, 8)
    return x, (x[:, :1] - x[:, 1:2]).sigmoid()


def percent(share):
    return (100 * share).round().long()


def wrong(rows=256):
    x, y = data(rows)
    model = nn.Linear(8, 1)
    return model, F.mse_loss, x, (percent(y) // 100).float()


def mended(rows=256):
    x, y = data(rows)
    model = nn.Linear(8, 1)
    return model, F.mse_loss, x, percent(y) / 100


def r_squared(run):
    """Of the shares that were meant."""
    return float(1 - (run.output - run.truth).square().mean() / run.truth.var(correction=0))


MEASURED = Trained({"R²": r_squared, "loss at the end": last_loss})
HURTS = "The loss falls to 0, and the model says one thing of every row."
IGNORE = "The batch is sorted by its target, or is a part of a larger one."
