"""A loss of log-probabilities, such as `nn.NLLLoss`, is given probabilities. It is then −p instead of −log p: it
hardly asks more of a model that is sure of what is wrong.
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
    return model, nn.NLLLoss(), x, y


def mended(rows=256):
    x, y = data(rows)
    model = nn.Sequential(nn.Linear(8, 3), nn.LogSoftmax(dim=1))
    return model, nn.NLLLoss(), x, y


MEASURED = Trained({"accuracy": accuracy, "mean −log p of the truth": surprise})
HURTS = "The least of −p is at the likeliest class with a probability of 1: what is learned is far too sure."
IGNORE = "−p is meant: the expected number of errors, or a policy's expected reward."
