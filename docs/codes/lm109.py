"""Cross-entropy is given one score a row. There is no output for a label 1, and for label 0 alone a softmax over one
class is 1, so that the loss is 0 from the start.
"""

import torch
from judging import Trained, accuracy
from torch import nn


def data(rows):
    x = torch.randn(rows, 8)
    return x, (x[:, 0] > x[:, 1]).long()


def wrong(rows=256):
    x, y = data(rows)
    model = nn.Linear(8, 1)
    return model, nn.CrossEntropyLoss(), x, y


def mended(rows=256):
    x, y = data(rows)
    model = nn.Sequential(nn.Linear(8, 1), nn.Flatten(0))
    return model, nn.BCEWithLogitsLoss(), x, y.float()


MEASURED = Trained({"accuracy": accuracy})
HURTS = "Nothing is learned: the loss raises, or is 0 whatever the score is."
IGNORE = "Never, where the model is to learn."
