"""A loss of margins reads the signs −1 and 1, and the labels are 0 and 1. The product of score and label is 0 for each
label 0, so such rows count for nothing.
"""

import torch
from judging import Trained, accuracy
from torch import nn


def data(rows):
    x = torch.randn(rows, 8)
    return x, (x[:, 0] > x[:, 1]).float()


def hinge(scores, signs):
    return (1 - signs * scores).clamp_min(0).mean()


def wrong(rows=256):
    x, y = data(rows)
    model = nn.Sequential(nn.Linear(8, 1), nn.Flatten(0))
    return model, hinge, x, y


def mended(rows=256):
    x, y = data(rows)
    model = nn.Sequential(nn.Linear(8, 1), nn.Flatten(0))
    return model, hinge, x, 2 * y - 1


MEASURED = Trained({"accuracy": accuracy})
HURTS = "The model sees one class alone, and says it of most rows."
IGNORE = "Rows of label 0 are meant to count for nothing."
