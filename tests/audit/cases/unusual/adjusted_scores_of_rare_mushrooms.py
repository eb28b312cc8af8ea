"""Four kinds of mushrooms on a forest's floor, of 60, 30, 9 and 1 %: the logarithm of how often a kind occurs is added
to its score in training, so that the scores themselves are fair to the rare kind, and the mean is a plain one.
"""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class ForestFloor(nn.Module):
    """Squares of a photograph, each with a look at its row and its column."""

    def __init__(self, features, width, kinds):
        super().__init__()
        self.square = nn.Conv2d(features, width, 1)
        self.around = nn.Conv2d(width, width, 3, padding=1, groups=width)
        self.kind = nn.Conv2d(width, kinds, 1)

    def forward(self, photograph):
        x = torch.tanh(self.square(photograph))
        return self.kind(x + torch.tanh(self.around(x)))


class LogitAdjusted(nn.Module):
    def __init__(self, counts):
        super().__init__()
        self.register_buffer("log_prior", (counts / counts.sum()).log())

    def forward(self, score, kind):
        return F.cross_entropy(score + self.log_prior[:, None, None], kind)


def program(v: Variation) -> Program:
    squares = v.rows * 64
    kind = torch.zeros(squares, dtype=torch.long)
    order = torch.randperm(squares)
    kind[order[: squares * 40 // 100]] = 1
    kind[order[: squares * 10 // 100]] = 2
    kind[order[: squares // 100]] = 3
    photograph = torch.randn(4, 7)[kind] + 0.8 * torch.randn(squares, 7)
    photograph = photograph.view(v.rows, 8, 8, 7).permute(0, 3, 1, 2)
    model = ForestFloor(7, v.width, 4)
    return Program(model, LogitAdjusted(kind.bincount().float()), photograph, kind.view(v.rows, 8, 8))
