"""Thirty layers with sigmoids, each of which takes three quarters of the gradient or more.

The first layers get none.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM806"


class Layer(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.linear = nn.Linear(width, width)

    def forward(self, x):
        return torch.sigmoid(self.linear(x))


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 10)
    label = (2 * x[:, :3] + 0.5 * torch.randn(v.rows, 3)).argmax(1)
    layers = [Layer(v.width) for _ in range(30)]
    model = nn.Sequential(nn.Linear(10, v.width), *layers, nn.Linear(v.width, 3))
    return Program(model, nn.CrossEntropyLoss(), x, label)
