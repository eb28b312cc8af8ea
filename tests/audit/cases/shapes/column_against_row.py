"""Predictions (N, 1) against targets (N,): the squared error compares every row with every other; torch only warns.

Source: https://github.com/pytorch/pytorch/issues/19699
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM301"


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 5)
    y = x[:, 0] + x[:, 1] * x[:, 2] + 0.2 * torch.randn(v.rows)
    y = (y - y.mean()) / y.std()
    model = nn.Sequential(nn.Linear(5, v.width), nn.ReLU(), nn.Linear(v.width, 1))
    return Program(model, nn.MSELoss(), x, y)
