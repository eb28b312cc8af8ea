"""LogSoftmax without dim takes axis 1 of two axes, which is right, though torch warns that it had to choose."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 10)
    y = (x[:, :5] - x[:, 5:] + 0.3 * torch.randn(v.rows, 5)).argmax(1)
    model = nn.Sequential(nn.Linear(10, v.width), nn.ReLU(), nn.Linear(v.width, 5), nn.LogSoftmax())
    return Program(model, nn.NLLLoss(), x, y)
