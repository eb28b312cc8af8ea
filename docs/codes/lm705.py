"""One class is next to missing, and each row counts alike: to say no always is nearly the best there is."""

import torch
from judging import Trained, accuracy
from torch import nn


def data(rows):
    x = torch.randn(rows, 8)
    return x, (x[:, 0] + x[:, 1] + 0.7 * torch.randn(rows) > 3.8).float()


def wrong(rows=2048):
    x, y = data(rows)
    model = nn.Sequential(nn.Linear(8, 1), nn.Flatten(0))
    return model, nn.BCEWithLogitsLoss(), x, y


def mended(rows=2048):
    x, y = data(rows)
    model = nn.Sequential(nn.Linear(8, 1), nn.Flatten(0))
    return model, nn.BCEWithLogitsLoss(pos_weight=(1 - y).sum() / y.sum()), x, y


def recall(run):
    """The share of the rare rows that are found."""
    return float((run.output[run.truth == 1] > 0).double().mean())


MEASURED = Trained({"rare rows found": recall, "accuracy": accuracy})
HURTS = "The rows that are looked for are missed, and the accuracy hardly shows it."
IGNORE = "Probabilities are asked for, and the threshold is set later: a weight makes them too large."
