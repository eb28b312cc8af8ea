"""BCELoss is given probabilities."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 9)
    y = (x[:, :3].sum(1, keepdim=True) + 0.3 * torch.randn(v.rows, 1) > 0).float()
    model = nn.Sequential(
        nn.Linear(9, v.width),
        nn.ReLU(),
        nn.Linear(v.width, 1),
        nn.Sigmoid(),
    )
    return Program(model, nn.BCELoss(), x, y)
