"""Each block adds up all earlier results instead of the last one.

They double thirty times, and so do the gradients.
"""

import torch
from torch import nn

import lossmith as lm
from audit.programs import Program, Variation

EXPECTED = "LM807"


class Stack(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.first = nn.Linear(8, width)
        self.blocks = nn.ModuleList(nn.Linear(width, width) for _ in range(30))
        self.head = nn.Linear(width, 1)

    def forward(self, x):
        results = [self.first(x)]
        for block in self.blocks:
            results.append(sum(results) + torch.tanh(block(results[-1])) / 10)
        return self.head(results[-1])


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 8)
    y = torch.sin(x[:, :1]) + x[:, 1:2] * x[:, 2:3] + 0.1 * torch.randn(v.rows, 1)
    return Program(Stack(v.width), lm.MSE(), x, y)
