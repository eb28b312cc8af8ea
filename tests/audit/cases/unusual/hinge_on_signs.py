"""The hinge by hand on labels of -1 and 1."""

import torch
from torch import nn

from audit.programs import Program, Variation
from lossmith import datasets

EXPECTED = None


def hinge(score, sign):
    return torch.relu(1 - sign * score).mean()


def program(v: Variation) -> Program:
    mails = datasets.SPAM.read().sample(v.rows, seed=v.seed)
    x = mails.drop("spam", "length", "capitals").to_torch().float().log1p()
    sign = 2 * mails["spam"].to_torch().float() - 1
    model = nn.Sequential(nn.Linear(200, v.width), nn.ReLU(), nn.Linear(v.width, 1), nn.Flatten(0))
    return Program(model, hinge, x, sign)
