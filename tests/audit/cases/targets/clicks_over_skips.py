"""Is the first of two results preferred? Yes is 1, no is 0, and MarginRankingLoss wants -1: those pairs cost the
margin, whatever the scores.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM205"


class Ranker(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.score = nn.Sequential(nn.Linear(10, width), nn.SELU(), nn.Linear(width, 1))

    def forward(self, query, left, right):
        return tuple(self.score(torch.cat([query, page], dim=1)).squeeze(1) for page in (left, right))


class PairLoss(nn.Module):
    def __init__(self):
        super().__init__()
        self.ranking = nn.MarginRankingLoss(margin=0.5)

    def forward(self, scores, preferred):
        return self.ranking(scores[0], scores[1], preferred)


def program(v: Variation) -> Program:
    query, left, right = torch.randn(v.rows, 4), torch.randn(v.rows, 6), torch.randn(v.rows, 6)
    gain = ((left - right)[:, :4] * query).sum(1) + (left - right)[:, 4]
    preferred = (gain + 0.2 * torch.randn(v.rows) > 0).float()
    return Program(Ranker(v.width), PairLoss(), (query, left, right), preferred)
