"""Cross-entropy as a loss, whose gradient raises the accuracy."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


def loss(scores, label):
    return F.cross_entropy(scores, label)


def program(v: Variation) -> Program:
    label = torch.arange(v.rows) % 5
    x = torch.randn(5, 12)[label] + 0.7 * torch.randn(v.rows, 12)
    model = nn.Sequential(nn.Linear(12, v.width), nn.BatchNorm1d(v.width), nn.ReLU(), nn.Linear(v.width, 5))
    return Program(model, loss, x, label)
