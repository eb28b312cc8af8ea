"""BCEWithLogitsLoss is given 0 and 1."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 8)
    side = (x[:, :4].sum(1, keepdim=True) + 0.5 * torch.randn(v.rows, 1)).sign()
    model = nn.Sequential(nn.Linear(8, v.width), nn.ReLU(), nn.Linear(v.width, 1))
    return Program(model, nn.BCEWithLogitsLoss(), x, (side + 1) / 2)
