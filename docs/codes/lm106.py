"""A loss of probabilities takes the logarithm of raw scores. The clamp that keeps it from failing hides every score
below 0 and above 1.
"""

import torch
from judging import Trained, accuracy, surprise
from torch import nn
from torch.nn import functional as F


def data(rows):
    x = torch.randn(rows, 8)
    return x, torch.bernoulli((2 * x[:, 0] - 2 * x[:, 1]).sigmoid())


def loss(p, y):
    p = p.clamp(1e-6, 1 - 1e-6)
    return -(y * p.log() + (1 - y) * (1 - p).log()).mean()


def wrong(rows=256):
    x, y = data(rows)
    model = nn.Sequential(nn.Linear(8, 1), nn.Flatten(0))
    return model, loss, x, y


def mended(rows=256):
    x, y = data(rows)
    model = nn.Sequential(nn.Linear(8, 1), nn.Flatten(0))
    return model, F.binary_cross_entropy_with_logits, x, y


MEASURED = Trained({"accuracy": accuracy, "mean −log p of the truth": surprise})
HURTS = "Where the clamp holds, there is no gradient, and a row that is wrong there has no say."
IGNORE = "The predictions are probabilities but for rounding, a little below 0 or above 1."
