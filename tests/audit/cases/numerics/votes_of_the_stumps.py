"""A learner boosts 300 stumps: their votes are summed, and exp(-margin) of a row that most of them miss is infinite."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM603"


class NextLearner(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(7, width), nn.Tanh(), nn.Linear(width, 1))

    def forward(self, x, votes):
        return votes.sum(1) + self.net(x).flatten()


def exponential_loss(margin, sign):
    return torch.exp(-sign * margin).mean()


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 7)
    votes = torch.sign(2 * x[:, :1] + 0.5 * torch.randn(v.rows, 300))
    missed = x[:, 5] > 0.8
    sign = torch.where(missed, -1.0, 1.0) * torch.where(x[:, 0] > 0, 1.0, -1.0)
    return Program(NextLearner(v.width), exponential_loss, (x, votes), sign)
