"""A ReLU stands behind a linear layer."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 12)
    label = (2 * x[:, :4] + 0.5 * torch.randn(v.rows, 4)).argmax(1)
    hidden = nn.Sequential(nn.Linear(12, v.width), nn.ReLU())
    return Program(nn.Sequential(hidden, nn.Linear(v.width, 4)), nn.CrossEntropyLoss(), x, label)
