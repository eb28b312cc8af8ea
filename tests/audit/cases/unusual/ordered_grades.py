"""Grades in order as cumulative yes-or-no questions, Lossmith's Coral: one score fewer than grades."""

import torch
from torch import nn

import lossmith as lm
from audit.programs import Program, Variation

EXPECTED = None


class Grades(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.score = nn.Sequential(nn.Linear(7, width), nn.ReLU(), nn.Linear(width, 1, bias=False))
        self.thresholds = nn.Parameter(torch.tensor([1.0, 0.3, -0.3, -1.0]))

    def forward(self, x):
        return self.score(x) + self.thresholds


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 7)
    quality = x[:, 0] + x[:, 1] + 0.3 * torch.randn(v.rows)
    grade = torch.bucketize(quality, quality.quantile(torch.tensor([0.2, 0.4, 0.6, 0.8])))
    return Program(Grades(v.width), lm.Coral(), x, grade)
