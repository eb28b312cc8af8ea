"""Softmax runs twice: the model ends in one, and the loss applies its own to what comes out. The second sees numbers
between 0 and 1 only, so it can never be sure, and the model is pushed to extremes instead.
"""

import torch
from judging import Trained, accuracy, surprise
from torch import nn


def data(rows):
    x = torch.randn(rows, 8)
    return x, torch.distributions.Categorical(logits=2 * x[:, :3]).sample()


def wrong(rows=256):
    x, y = data(rows)
    model = nn.Sequential(nn.Linear(8, 3), nn.Softmax(dim=1))
    return model, nn.CrossEntropyLoss(), x, y


def mended(rows=256):
    x, y = data(rows)
    model = nn.Linear(8, 3)
    return model, nn.CrossEntropyLoss(), x, y


MEASURED = Trained({"accuracy": accuracy, "mean −log p of the truth": surprise})
HURTS = "The class may still come out right; the probabilities do not, and the loss cannot fall below its floor."
IGNORE = "The softmax inside is meant, as a bounded score."
