"""Mixup with a parenthesis in the wrong place, l a + (1 - l b): the rows of mixed labels sum to the number of
classes.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM210"


def mixup(images, onehot, alpha=0.4):
    lam = torch.distributions.Beta(alpha, alpha).sample((len(images),))
    other = torch.randperm(len(images))
    a = lam.view(-1, 1, 1, 1)
    mixed = a * images + (1 - a) * images[other]
    b = lam.view(-1, 1)
    return mixed, b * onehot + (1 - b * onehot[other])


class Residual(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.first = nn.Conv2d(1, width // 2, 3, stride=2, padding=1)
        self.block = nn.Sequential(nn.ReLU(), nn.Conv2d(width // 2, width // 2, 3, padding=1))
        self.last = nn.Linear(width // 2 * 36, 5)

    def forward(self, x):
        x = self.first(x)
        return self.last(F.relu(x + self.block(x)).flatten(1))


def program(v: Variation) -> Program:
    fashion = torch.randn(5, 1, 12, 12)
    label = torch.arange(v.rows) % 5
    images, rows = mixup(fashion[label] + 0.5 * torch.randn(v.rows, 1, 12, 12), F.one_hot(label, 5).float())
    return Program(Residual(v.width), nn.CrossEntropyLoss(), images, rows)
