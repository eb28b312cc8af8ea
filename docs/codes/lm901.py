"""The loss at the start is far from what a model that knows nothing would lose: it is sure, and wrong."""

import torch
from judging import Trained, accuracy, first_loss, surprise
from torch import nn


def data(rows):
    x = torch.randn(rows, 8)
    return x, torch.distributions.Categorical(logits=2 * x[:, :3]).sample()


def wrong(rows=256):
    x, y = data(rows)
    model = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 3))
    nn.init.normal_(model[2].weight, std=5.0)
    return model, nn.CrossEntropyLoss(), x, y


def mended(rows=256):
    x, y = data(rows)
    model = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 3))
    nn.init.normal_(model[2].weight, std=0.01)
    return model, nn.CrossEntropyLoss(), x, y


MEASURED = Trained(
    {"loss at the start": first_loss, "accuracy": accuracy, "mean −log p of the truth": surprise}, steps=100
)
HURTS = "The first steps unlearn what nobody taught."
IGNORE = "The model was trained before, on something else."
