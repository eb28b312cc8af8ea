"""Thirty residual blocks with small steps: little of the gradient is in any one block, and nothing has vanished."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class PreNormBlock(nn.Module):
    def __init__(self, dim, scale):
        super().__init__()
        self.norm, self.fc1, self.fc2 = nn.LayerNorm(dim), nn.Linear(dim, dim), nn.Linear(dim, dim)
        self.scale = scale

    def forward(self, x):
        return x + self.scale * self.fc2(nn.functional.gelu(self.fc1(self.norm(x))))


class DeepTower(nn.Module):
    def __init__(self, n_features, dim, depth=30):
        super().__init__()
        self.stem = nn.Linear(n_features, dim)
        self.blocks = nn.Sequential(*[PreNormBlock(dim, depth**-0.5) for _ in range(depth)])
        self.head = nn.Sequential(nn.LayerNorm(dim), nn.Linear(dim, 5))

    def forward(self, x):
        return self.head(self.blocks(self.stem(x)))


def program(v: Variation) -> Program:
    label = torch.arange(v.rows) % 5
    x = torch.randn(5, 14)[label] + 0.8 * torch.randn(v.rows, 14)
    return Program(DeepTower(14, v.width), nn.CrossEntropyLoss(), x, label)
