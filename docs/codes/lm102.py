"""A sigmoid runs twice: the model ends in one, and the loss applies its own to what comes out. The second makes of
numbers between 0 and 1 probabilities between 0.5 and 0.73.
"""

import torch
from judging import Trained, accuracy, surprise
from torch import nn


def data(rows):
    x = torch.randn(rows, 8)
    return x, torch.bernoulli((x[:, 0] - x[:, 1] - 1).sigmoid())


def wrong(rows=256):
    x, y = data(rows)
    model = nn.Sequential(nn.Linear(8, 1), nn.Sigmoid(), nn.Flatten(0))
    return model, nn.BCEWithLogitsLoss(), x, y


def mended(rows=256):
    x, y = data(rows)
    model = nn.Sequential(nn.Linear(8, 1), nn.Flatten(0))
    return model, nn.BCEWithLogitsLoss(), x, y


MEASURED = Trained({"accuracy": accuracy, "mean −log p of the truth": surprise}, rate=0.05, steps=1000)
HURTS = "The loss cannot read a no: the least probability that it sees is 0.5, so the model is driven to 0 and to 1."
IGNORE = "A bounded score is meant, to which the loss's own sigmoid belongs."
