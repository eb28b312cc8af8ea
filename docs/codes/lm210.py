"""Rows of the target are counts of votes, which do not sum to 1, and the loss reads distributions. A row of 40 votes
pulls as hard as 40 rows of one.
"""

import torch
from judging import Trained, divergence, last_loss
from torch import nn


def data(rows):
    x = torch.randn(rows, 8)
    return x, (2 * x[:, :3]).softmax(1)


def votes(p):
    """Some rows are judged by two, some by forty."""
    voters = torch.randint(2, 41, (len(p),)).tolist()
    drawn = [torch.multinomial(row, n, replacement=True) for row, n in zip(p, voters, strict=True)]
    return torch.stack([classes.bincount(minlength=3) for classes in drawn]).float()


def wrong(rows=256):
    x, p = data(rows)
    return nn.Linear(8, 3), nn.CrossEntropyLoss(), x, votes(p)


def mended(rows=256):
    x, p = data(rows)
    target = votes(p)
    return nn.Linear(8, 3), nn.CrossEntropyLoss(), x, target / target.sum(dim=1, keepdim=True)


MEASURED = Trained(
    {"divergence from the true distributions": divergence, "loss at the end": last_loss}, torch.optim.SGD, rate=1.0
)
HURTS = "The loss and its gradient are as many times too large as a row has votes, and plain descent steps too far."
IGNORE = (
    "Each vote is meant to count as a row, which is the likelihood of all votes, and the learning rate allows for it."
)
