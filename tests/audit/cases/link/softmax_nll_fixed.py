"""NLLLoss is given log-probabilities."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 10)
    y = (x[:, :3] + 0.3 * torch.randn(v.rows, 3)).argmax(1)
    model = nn.Sequential(nn.Linear(10, v.width), nn.ReLU(), nn.Linear(v.width, 3), nn.LogSoftmax(dim=-1))
    return Program(model, nn.NLLLoss(), x, y)
