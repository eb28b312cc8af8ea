"""A support vector machine that starts at a good guess: most margins are met and cost nothing, as is the idea."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class LinearSVM(nn.Module):
    def __init__(self, w):
        super().__init__()
        self.w = nn.Parameter(w)
        self.b = nn.Parameter(torch.zeros(()))

    def forward(self, x):
        return x @ self.w + self.b


class SVMLoss(nn.Module):
    def forward(self, decision, side):
        return torch.clamp(1 - side * decision, min=0).mean()


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, v.width // 4)
    w = torch.randn(v.width // 4)
    side = torch.where(x @ w + 0.3 * torch.randn(v.rows) > 0, 1.0, -1.0)
    guess = 1.5 * (w + 0.3 * torch.randn_like(w))
    return Program(LinearSVM(guess), SVMLoss(), x, side)
