"""The model has many more outputs than there are labels. It works, but most of the head is never right."""

import torch
from judging import Trained, accuracy, surprise
from torch import nn


def data(rows):
    x = torch.randn(rows, 8)
    return x, torch.distributions.Categorical(logits=2 * x[:, :3]).sample()


def wrong(rows=256):
    x, y = data(rows)
    return nn.Linear(8, 1000), nn.CrossEntropyLoss(), x, y


def mended(rows=256):
    x, y = data(rows)
    return nn.Linear(8, 3), nn.CrossEntropyLoss(), x, y


def size(run):
    """Of the model."""
    return float(sum(p.numel() for p in run.model.parameters()))


MEASURED = Trained({"accuracy": accuracy, "mean −log p of the truth": surprise, "parameters": size})
HURTS = "The outputs that no label asks for have to be learned away, and are paid for in parameters."
IGNORE = "The other labels come later, or are in other batches: a vocabulary, a pretrained head."
