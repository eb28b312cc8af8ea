"""Annotators disagree, and the shares of their votes are the target: rows that sum to 1, for cross-entropy."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Classifier(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.reader = nn.GRU(4, width, batch_first=True)
        self.head = nn.Linear(width, 4)

    def forward(self, series: torch.Tensor) -> torch.Tensor:
        _, last = self.reader(series)
        return self.head(last[-1])


def program(v: Variation) -> Program:
    series = torch.randn(v.rows, 5, 4)
    strength = 2 * series.mean(1)
    votes = torch.zeros(v.rows, 4)
    for _ in range(7):
        chosen = (strength + torch.randn(v.rows, 4)).argmax(1, keepdim=True)
        votes.scatter_add_(1, chosen, torch.ones(v.rows, 1))
    return Program(Classifier(v.width), nn.CrossEntropyLoss(), series, votes / 7)
