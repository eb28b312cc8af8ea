"""Pairs that belong together are 1, others -1, under the cosine embedding loss."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class Towers(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.tower = nn.Sequential(nn.Linear(12, width), nn.ReLU(), nn.Linear(width, 8))

    def forward(self, left, right):
        return self.tower(left), self.tower(right)


def program(v: Variation) -> Program:
    left = torch.randn(v.rows, 12)
    together = torch.arange(v.rows) % 2 == 0
    right = torch.where(together[:, None], left, left.roll(1, 0)) + 0.3 * torch.randn(v.rows, 12)
    signs = torch.where(together, 1.0, -1.0)
    return Program(Towers(v.width), lambda p, y: F.cosine_embedding_loss(*p, y, margin=0.2), (left, right), signs)
