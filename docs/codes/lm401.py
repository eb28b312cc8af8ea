"""A divergence takes log-probabilities, and is given probabilities. It is then a weighted sum of them, with its least
value at the likeliest class alone.
"""

import torch
from judging import Trained, divergence, last_loss
from torch import nn


def data(rows):
    x = torch.randn(rows, 8)
    return x, (2 * x[:, :3]).softmax(1)


def wrong(rows=256):
    x, p = data(rows)
    model = nn.Sequential(nn.Linear(8, 3), nn.Softmax(dim=1))
    return model, nn.KLDivLoss(reduction="batchmean"), x, p


def mended(rows=256):
    x, p = data(rows)
    model = nn.Sequential(nn.Linear(8, 3), nn.LogSoftmax(dim=1))
    return model, nn.KLDivLoss(reduction="batchmean"), x, p


MEASURED = Trained({"divergence from the true distributions": divergence, "loss at the end": last_loss})
HURTS = "The loss falls below 0, which no divergence does, and what is learned is far too sure."
IGNORE = "A linear loss of the probabilities is meant."
