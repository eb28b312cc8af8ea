"""The head is linear and can say standardised targets."""

import torch
from torch import nn

import lossmith as lm
from audit.programs import Program, Variation

EXPECTED = None


class Regressor(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Linear(8, width), nn.SiLU())
        self.head = nn.Linear(width, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.body(x))


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 8)
    y = torch.stack([x[:, :4].sum(1) / 2, x[:, 4] - x[:, 5]], 1) + 0.2 * torch.randn(v.rows, 2)
    return Program(Regressor(v.width), lm.Huber(delta=1.0), x, (y - y.mean(0)) / y.std(0))
