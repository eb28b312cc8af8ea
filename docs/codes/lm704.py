"""The target is positive, mostly small and sometimes very large. Under a squared error the few large ones decide."""

import torch
from judging import Trained
from torch import nn

import lossmith as lm


def data(rows):
    x = torch.randn(rows, 8)
    return x, (x[:, 0] + x[:, 1] + 0.5 * torch.randn(rows)).exp()


def wrong(rows=256):
    x, y = data(rows)
    model = nn.Sequential(nn.Linear(8, 1), nn.Flatten(0))
    return model, nn.MSELoss(), x, y


def mended(rows=256):
    x, y = data(rows)
    model = nn.Sequential(nn.Linear(8, 1), nn.Flatten(0))
    return model, lm.Gamma(), x, y


def mean(run):
    return run.output.exp() if isinstance(run.loss, lm.Gamma) else run.output


def relative(run):
    """The median of the error, as a share of the truth."""
    return float(((mean(run) - run.truth).abs() / run.truth).median())


def negative(run):
    """The share of amounts below 0."""
    return float((mean(run) < 0).double().mean())


MEASURED = Trained({"median error, as a share of the truth": relative, "amounts below 0 predicted": negative})
HURTS = "An error of 10 counts the same where 1 was right and where 1000 was."
IGNORE = "The sum is what matters, in whose unit every error costs the same."
