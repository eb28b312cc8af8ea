"""One minus the accuracy as a loss: the argmax has no gradient."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM802"


def loss(scores, label):
    return 1 - (scores.argmax(1) == label).float().mean()


def program(v: Variation) -> Program:
    label = torch.arange(v.rows) % 5
    x = torch.randn(5, 12)[label] + 0.7 * torch.randn(v.rows, 12)
    model = nn.Sequential(nn.Linear(12, v.width), nn.BatchNorm1d(v.width), nn.ReLU(), nn.Linear(v.width, 5))
    return Program(model, loss, x, label)
