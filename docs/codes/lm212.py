"""Each row has exactly one class, and the loss asks of each class by itself. The probabilities need not sum to 1."""

import torch
from judging import Trained, accuracy
from torch import nn
from torch.nn import functional as F


def data(rows):
    x = torch.randn(rows, 8)
    return x, torch.distributions.Categorical(logits=2 * x[:, :5]).sample()


def wrong(rows=256):
    x, y = data(rows)
    return nn.Linear(8, 5), nn.BCEWithLogitsLoss(), x, F.one_hot(y, 5).float()


def mended(rows=256):
    x, y = data(rows)
    return nn.Linear(8, 5), nn.CrossEntropyLoss(), x, y


def chances(run):
    return run.output.softmax(1) if isinstance(run.loss, nn.CrossEntropyLoss) else run.output.sigmoid()


def off_one(run):
    """How far the probabilities of a row are from a sum of 1, on average."""
    return float((chances(run).sum(1) - 1).abs().mean())


def surprise(run):
    """Of the probabilities, divided by their sum."""
    p = chances(run)
    return float(-(p / p.sum(1, keepdim=True)).gather(1, run.truth[:, None]).log().mean())


MEASURED = Trained(
    {
        "accuracy": accuracy,
        "mean −log p of the truth, p divided by its sum": surprise,
        "distance of sums from 1": off_one,
    }
)
HURTS = "The largest is often right all the same; what is said of a row's classes does not belong together."
IGNORE = "Rows of no class are to come, or each class is asked for by itself, as detectors do."
