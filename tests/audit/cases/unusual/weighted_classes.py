"""Classes of 90, 8 and 2 %, each weighted by its share turned over."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


def program(v: Variation) -> Program:
    rows = 8 * v.rows
    x = torch.randn(rows, 9)
    score = x[:, 0] + x[:, 1] + 0.2 * torch.randn(rows)
    label = (score > score.quantile(0.9)).long() + (score > score.quantile(0.98)).long()
    weight = rows / (3 * torch.bincount(label, minlength=3))
    model = nn.Sequential(nn.Linear(9, v.width), nn.ReLU(), nn.Linear(v.width, 3))
    return Program(model, nn.CrossEntropyLoss(weight=weight), x, label)
