"""A hand-written logistic loss wants 0 and 1, and its labels are -1 and 1, as those of a support vector machine."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM206"


class Detector(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.body = nn.Conv1d(2, width, 5, padding=2)
        self.head = nn.Linear(width, 1)

    def forward(self, signal: torch.Tensor) -> torch.Tensor:
        return self.head(F.relu(self.body(signal)).mean(-1)).squeeze(-1)


def logistic(score: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return -(y * F.logsigmoid(score) + (1 - y) * F.logsigmoid(-score)).mean()


def program(v: Variation) -> Program:
    y = torch.arange(v.rows) % 2
    signal = torch.randn(v.rows, 2, 16)
    signal[:, 0, 5:9] += 1.5 * y.unsqueeze(1)
    return Program(Detector(v.width), logistic, signal, 2.0 * y - 1)
