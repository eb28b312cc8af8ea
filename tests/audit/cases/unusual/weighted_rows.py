"""Each row counts by its weight, and the mean divides by the weights."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


def weighted_squares(prediction, target):
    values, weights = target
    return (weights * (prediction.squeeze(1) - values).square()).sum() / weights.sum()


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 6)
    weights = torch.empty(v.rows).exponential_() + 0.1
    y = x[:, 0] * x[:, 1] + x[:, 2] + torch.randn(v.rows) / (3 * weights.sqrt())
    model = nn.Sequential(nn.Linear(6, v.width), nn.ReLU(), nn.Linear(v.width, 1))
    return Program(model, weighted_squares, x, (y, weights))
