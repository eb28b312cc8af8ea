"""Counts have a spread that grows with their size, and a squared error lets the large ones decide. Nothing keeps a
prediction above 0.
"""

import torch
from judging import Trained
from torch import nn

import lossmith as lm


def data(rows):
    x = torch.randn(rows, 8)
    return x, torch.poisson((x[:, 0] + 0.5 * x[:, 1]).exp())


def wrong(rows=256):
    x, y = data(rows)
    model = nn.Sequential(nn.Linear(8, 1), nn.Flatten(0))
    return model, nn.MSELoss(), x, y


def mended(rows=256):
    x, y = data(rows)
    model = nn.Sequential(nn.Linear(8, 1), nn.Flatten(0))
    return model, lm.Poisson(), x, y


def mean(run):
    return run.output.exp() if isinstance(run.loss, lm.Poisson) else run.output


def error(run):
    """The root of the mean squared error."""
    return float((mean(run) - run.truth).square().mean().sqrt())


def negative(run):
    """The share of means below 0."""
    return float((mean(run) < 0).double().mean())


MEASURED = Trained({"root mean squared error": error, "counts below 0 predicted": negative})
HURTS = "A model whose effects multiply is fitted as if they added up."
IGNORE = "The counts are large, or their plain mean is all that is asked for."
