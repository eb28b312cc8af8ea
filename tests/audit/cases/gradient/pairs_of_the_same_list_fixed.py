"""Hotels of a search are put in order by pairs of different grades, among those that were shown."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class ListScorer(nn.Module):
    """Each hotel's score depends on what else is on the list."""

    def __init__(self, features, width):
        super().__init__()
        self.item = nn.Linear(features, width)
        self.context = nn.Linear(features, width)
        self.score = nn.Linear(width, 1, bias=False)

    def forward(self, hotels):
        h = torch.relu(self.item(hotels) + self.context(hotels.mean(dim=1, keepdim=True)))
        return self.score(h).squeeze(-1)


class PairwiseHinge(nn.Module):
    def __init__(self, margin=1.0):
        super().__init__()
        self.margin = margin

    def forward(self, scores, target):
        grades, shown = target
        better = grades.unsqueeze(2) > grades.unsqueeze(1)
        pairs = better & shown.unsqueeze(2) & shown.unsqueeze(1)
        distance = scores.unsqueeze(2) - scores.unsqueeze(1)
        hinge = (self.margin - distance).clamp(min=0)
        return (hinge * pairs).sum() / pairs.sum().clamp(min=1)


def program(v: Variation) -> Program:
    hotels = torch.randn(v.rows, 7, 5)
    worth = hotels @ torch.randn(5) + 0.3 * torch.randn(v.rows, 7)
    grades = torch.bucketize(worth, torch.tensor([-1.0, 0.0, 1.0]))
    shown = torch.arange(7) < torch.randint(4, 8, (v.rows, 1))
    return Program(ListScorer(5, v.width), PairwiseHinge(), hotels, (grades, shown))
