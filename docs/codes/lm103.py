"""The model ends in a log-softmax, and the loss applies its own. A log-softmax of log-probabilities changes nothing."""

import torch
from judging import Trained, accuracy, surprise
from torch import nn


def data(rows):
    x = torch.randn(rows, 8)
    return x, torch.distributions.Categorical(logits=2 * x[:, :3]).sample()


def wrong(rows=256):
    x, y = data(rows)
    model = nn.Sequential(nn.Linear(8, 3), nn.LogSoftmax(dim=1))
    return model, nn.CrossEntropyLoss(), x, y


def mended(rows=256):
    x, y = data(rows)
    model = nn.Linear(8, 3)
    return model, nn.CrossEntropyLoss(), x, y


MEASURED = Trained({"accuracy": accuracy, "mean −log p of the truth": surprise})
HURTS = "It does not, where learning is concerned. It costs one more pass over the scores, which was not timed here."
IGNORE = "The model is used for its log-probabilities elsewhere, and the pass costs nothing that matters."
