"""Likes are 1 and dislikes 0, for which the focal loss written by hand is made."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class FactorisationMachine(nn.Module):
    def __init__(self, sizes, width):
        super().__init__()
        self.vectors = nn.ModuleList(nn.Embedding(n, width) for n in sizes)
        self.linear = nn.ModuleList(nn.Embedding(n, 1) for n in sizes)
        self.bias = nn.Parameter(torch.zeros(1))
        for table in (*self.vectors, *self.linear):
            nn.init.normal_(table.weight, std=0.1)

    def forward(self, fields):
        v = torch.stack([table(f) for table, f in zip(self.vectors, fields.T, strict=True)])
        first = sum(table(f) for table, f in zip(self.linear, fields.T, strict=True))
        second = (v.sum(0) ** 2 - (v**2).sum(0)).sum(1, keepdim=True) / 2
        return (self.bias + first + second).squeeze(1)


def binary_focal(logits, y, gamma=2.0, alpha=0.5):
    p = torch.sigmoid(logits)
    positive = -alpha * (1 - p) ** gamma * F.logsigmoid(logits) * y
    negative = -(1 - alpha) * p**gamma * F.logsigmoid(-logits) * (1 - y)
    return (positive + negative).mean()


def program(v: Variation) -> Program:
    sizes = (12, 10, 5)
    fields = torch.stack([torch.randint(n, (v.rows,)) for n in sizes], dim=1)
    taste = torch.randn(12, 5)[fields[:, 0], fields[:, 2]] + torch.randn(10)[fields[:, 1]]
    feedback = torch.where(taste > 0, 1.0, 0.0)
    return Program(FactorisationMachine(sizes, v.width), binary_focal, fields, feedback)
