"""Which of two is better, as -1 or 1, under a ranking loss of two scores."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Ranker(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.score = nn.Sequential(nn.Linear(9, width), nn.ReLU(), nn.Linear(width, 1, bias=False), nn.Flatten(0))

    def forward(self, left, right):
        return self.score(left), self.score(right)


def program(v: Variation) -> Program:
    left, right = torch.randn(v.rows, 9), torch.randn(v.rows, 9)
    better = torch.sign((left - right)[:, :3].sum(1) + 0.2 * torch.randn(v.rows))
    ranking = nn.MarginRankingLoss(margin=0.5)
    return Program(Ranker(v.width), lambda scores, y: ranking(*scores, y), (left, right), better)
