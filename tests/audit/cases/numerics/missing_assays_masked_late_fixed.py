"""Assays that were not made are NaN, and are replaced before the squares."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


def masked_squares(prediction, target):
    missing = torch.isnan(target)
    losses = torch.where(missing, 0.0, (prediction - target.nan_to_num()).square())
    return losses.sum() / (~missing).sum()


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 16)
    y = torch.tanh(x[:, :5] + x[:, 5:10]) + 0.2 * torch.randn(v.rows, 5)
    y[torch.rand(v.rows, 5) < 0.4] = float("nan")
    model = nn.Sequential(
        nn.Linear(16, v.width),
        nn.ReLU(),
        nn.Linear(v.width, v.width),
        nn.ReLU(),
        nn.Linear(v.width, 5),
    )
    return Program(model, masked_squares, x, y)
