"""Two views of a row shall agree in each feature, and features shall not repeat each other: the loss is of a matrix
of correlations, over the batch.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class BarlowTwins(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(20, width), nn.BatchNorm1d(width), nn.ReLU(), nn.Linear(width, 8))
        self.normalise = nn.BatchNorm1d(8, affine=False)

    def forward(self, first, second):
        a, b = self.normalise(self.encoder(first)), self.normalise(self.encoder(second))
        return a.T @ b / len(a)


def redundancy(correlation, identity):
    difference = (correlation - identity).square()
    return difference.diagonal().sum() + 0.05 * (difference.sum() - difference.diagonal().sum())


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 8) @ torch.randn(8, 20) / 2
    views = tuple(x + 0.4 * torch.randn_like(x) for _ in range(2))
    return Program(BarlowTwins(v.width), redundancy, views, torch.eye(8))
