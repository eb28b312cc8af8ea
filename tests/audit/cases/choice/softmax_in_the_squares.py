"""The loss takes the softmax of the scores and squares what is left to the one-hot label.

No slope where it is sure and wrong.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM706"


class Shapes(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.features = nn.Sequential(nn.Conv1d(2, width, 5), nn.ReLU(), nn.AdaptiveAvgPool1d(1), nn.Flatten())
        self.head = nn.Linear(width, 3)

    def forward(self, curves):
        return self.head(self.features(curves))


def loss(scores, label):
    return (scores.softmax(1) - F.one_hot(label, 3)).square().mean()


def program(v: Variation) -> Program:
    label = torch.arange(v.rows) % 3
    time = torch.linspace(0, 1, 24) + torch.rand(v.rows, 1)
    waves = 2 * torch.pi * (1 + label[:, None]) * time
    curves = torch.stack([waves.sin(), waves.cos()], 1) + 0.2 * torch.randn(v.rows, 2, 24)
    return Program(Shapes(v.width), loss, curves, label)
