"""Smoothing adds the whole amount to every class, where a share of it belongs: the rows sum to 1.3."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM210"


def smoothed(labels: torch.Tensor, classes: int, amount: float = 0.1) -> torch.Tensor:
    return F.one_hot(labels, classes) * (1 - amount) + amount


class SoftCrossEntropy(nn.Module):
    def forward(self, scores: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        return -(target * scores.log_softmax(-1)).sum(-1).mean()


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 10)
    y = (x[:, :4] + 0.4 * torch.randn(v.rows, 4)).argmax(1)
    model = nn.Sequential(nn.Linear(10, v.width), nn.SiLU(), nn.Linear(v.width, 4))
    return Program(model, SoftCrossEntropy(), x, smoothed(y, 4))
