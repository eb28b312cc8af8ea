"""A rating of 4 and more of 5 counts as liked."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class TwoTower(nn.Module):
    def __init__(self, users, items, dim):
        super().__init__()
        self.user = nn.Sequential(nn.Embedding(users, dim), nn.Linear(dim, dim), nn.ReLU(), nn.Linear(dim, 8))
        self.item = nn.Sequential(nn.Embedding(items, dim), nn.Linear(dim, dim), nn.ReLU(), nn.Linear(dim, 8))
        self.bias = nn.Parameter(torch.zeros(()))

    def forward(self, user, item):
        return (self.user(user) * self.item(item)).mean(dim=-1) + self.bias


def program(v: Variation) -> Program:
    user, item = torch.randint(16, (v.rows,)), torch.randint(12, (v.rows,))
    taste = torch.randn(16, 3)[user] * torch.randn(12, 3)[item]
    rating = (3.5 + taste.sum(1)).round().clamp(1, 5)
    liked = (rating >= 4).float()
    return Program(TwoTower(16, 12, v.width), nn.BCEWithLogitsLoss(), (user, item), liked)
