"""Labels were scaled as if they were pixels, and a loss of amounts is taken of what is left."""

import torch
from judging import Trained
from torch import nn


def data(rows):
    x = torch.randn(rows, 8)
    return x, x[:, :5].argmax(1)


def wrong(rows=256):
    x, y = data(rows)
    target = (y / 255)[:, None]  # as ToTensor does with an image of labels
    return nn.Linear(8, 1), nn.MSELoss(), x, target


def mended(rows=256):
    x, y = data(rows)
    target = (y / 255)[:, None]
    return nn.Linear(8, 5), nn.CrossEntropyLoss(), x, (target * 255).round().long().squeeze(1)


def accuracy(run):
    """The nearest label of an amount, or the likeliest."""
    label = run.output.argmax(1) if run.output.shape[1] > 1 else (255 * run.output[:, 0]).round()
    return float((label == run.truth).double().mean())


MEASURED = Trained({"accuracy": accuracy})
HURTS = "An error of a whole label is one of 0.004, and class 0 is taken to be nearer to class 1 than to class 4."
IGNORE = "The target is an amount that has a few steps, as a grade in fifths."
