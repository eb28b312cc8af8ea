"""Predictions of shape (N, 1) meet targets of shape (N,). They are broadcast to (N, N): every prediction is held
against every target.
"""

import torch
from judging import Trained, r_squared
from torch import nn


def data(rows):
    x = torch.randn(rows, 8)
    return x, x[:, 0] + x[:, 1] + 0.1 * torch.randn(rows)


def wrong(rows=256):
    x, y = data(rows)
    return nn.Linear(8, 1), nn.MSELoss(), x, y


def mended(rows=256):
    x, y = data(rows)
    return nn.Sequential(nn.Linear(8, 1), nn.Flatten(0)), nn.MSELoss(), x, y


MEASURED = Trained({"R²": r_squared})
HURTS = "The best that a prediction can be is the mean of all targets, so that is what is learned."
IGNORE = "Each prediction is meant to meet every target, as in a contrastive loss."
