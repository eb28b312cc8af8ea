"""Labels are −1 and 1, and the loss reads 0 and 1. For −1 it falls without end as the score falls."""

import torch
from judging import Trained, accuracy, last_loss, surprise
from torch import nn


def data(rows):
    x = torch.randn(rows, 8)
    return x, torch.bernoulli((2 * x[:, 0] - 2 * x[:, 1] + 1).sigmoid())


def wrong(rows=256):
    x, y = data(rows)
    model = nn.Sequential(nn.Linear(8, 1), nn.Flatten(0))
    signs = 2 * y - 1  # −1 and 1, as in the file
    return model, nn.BCEWithLogitsLoss(), x, signs


def mended(rows=256):
    x, y = data(rows)
    model = nn.Sequential(nn.Linear(8, 1), nn.Flatten(0))
    signs = 2 * y - 1
    return model, nn.BCEWithLogitsLoss(), x, (signs + 1) / 2


MEASURED = Trained({"accuracy": accuracy, "mean −log p of the truth": surprise, "loss at the end": last_loss})
HURTS = "At a score of 0 a label −1 pulls three times as hard as a label 1, and never stops: the scores go down."
IGNORE = "Never for labels: the loss has no least value."
