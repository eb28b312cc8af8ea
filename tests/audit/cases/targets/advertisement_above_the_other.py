"""Which of two advertisements was clicked is 0 or 1, and the margin ranking loss multiplies by it: 0 says nothing."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM205"


class PairScorer(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.slot = nn.Embedding(3, 4)
        self.score = nn.Sequential(nn.Linear(8 + 4, width), nn.PReLU(), nn.Linear(width, 1, bias=False))

    def forward(self, upper, lower, slot):
        s = self.slot(slot)
        return self.score(torch.cat((upper, s), 1))[:, 0], self.score(torch.cat((lower, s), 1))[:, 0]


def rank_loss(scores, upper_clicked):
    return F.margin_ranking_loss(*scores, upper_clicked, margin=0.5)


def program(v: Variation) -> Program:
    upper, lower, slot = torch.randn(v.rows, 8), torch.randn(v.rows, 8), torch.randint(3, (v.rows,))
    taste = torch.randn(8)
    clicked = ((upper - lower) @ taste + 0.3 * torch.randn(v.rows) > 0).float()
    return Program(PairScorer(v.width), rank_loss, (upper, lower, slot), clicked)
