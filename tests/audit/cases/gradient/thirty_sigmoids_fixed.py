"""Thirty layers, each added to what it reads."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Layer(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.linear = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width)

    def forward(self, x):
        return x + torch.relu(self.linear(self.norm(x))) / 5


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 10)
    label = (2 * x[:, :3] + 0.5 * torch.randn(v.rows, 3)).argmax(1)
    layers = [Layer(v.width) for _ in range(30)]
    model = nn.Sequential(nn.Linear(10, v.width), *layers, nn.Linear(v.width, 3))
    return Program(model, nn.CrossEntropyLoss(), x, label)
