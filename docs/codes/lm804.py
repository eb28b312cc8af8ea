"""Some parameters have no gradient: the loss does not read what they make. Here a second head is forgotten."""

import torch
from judging import Trained
from torch import nn
from torch.nn import functional as F


def data(rows):
    x = torch.randn(rows, 8)
    return x, (x[:, :1] + x[:, 1:2], x[:, :1] - x[:, 2:3])


class TwoHeads(nn.Module):
    def __init__(self):
        super().__init__()
        self.place, self.speed = nn.Linear(8, 1), nn.Linear(8, 1)

    def forward(self, x):
        return self.place(x), self.speed(x)


def first(prediction, y):
    return F.mse_loss(prediction[0], y[0])


def both(prediction, y):
    return F.mse_loss(prediction[0], y[0]) + F.mse_loss(prediction[1], y[1])


def wrong(rows=256):
    x, y = data(rows)
    return TwoHeads(), first, x, y


def mended(rows=256):
    x, y = data(rows)
    return TwoHeads(), both, x, y


def second(run):
    """The share of the second target's variance that is explained."""
    return float(1 - (run.output[1] - run.truth[1]).square().mean() / run.truth[1].var(correction=0))


MEASURED = Trained({"R² of the second head": second})
HURTS = "What no gradient reaches stays as it was drawn."
IGNORE = "These parameters are frozen on purpose, or trained by another loss."
