"""The softmax runs over another axis than that of the classes, here over the rows of the batch. The rows then compete
for each class, and what is said of one depends on which others are there.
"""

import torch
from judging import Trained, accuracy
from torch import nn


def data(rows):
    x = torch.randn(rows, 8)
    return x, x[:, :3].argmax(1)


def wrong(rows=256):
    x, y = data(rows)
    model = nn.Sequential(nn.Linear(8, 3), nn.LogSoftmax(dim=0))
    return model, nn.NLLLoss(), x, y


def mended(rows=256):
    x, y = data(rows)
    model = nn.Sequential(nn.Linear(8, 3), nn.LogSoftmax(dim=1))
    return model, nn.NLLLoss(), x, y


def alone(run):
    """Of rows that come one at a time, as they do in use."""
    said = torch.cat([run.model(row[None]) for row in run.inputs])
    return float((said.argmax(1) == run.truth).double().mean())


MEASURED = Trained({"accuracy, in a batch": accuracy, "accuracy, a row at a time": alone})
HURTS = "A batch of one has a softmax over one number: whatever the row is, all classes are the same."
IGNORE = "The rows of a batch are meant to compete, as in a contrastive loss."
