"""The head ends in ReLU, and half of the standardised targets are negative: it can never say them."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM110"


class Regressor(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Linear(6, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU())
        self.head = nn.Linear(width, 3)
        nn.init.constant_(self.head.bias, 0.1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.head(self.body(x)))


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 6)
    y = torch.stack([x[:, 0] - x[:, 1], x[:, 2] * x[:, 3], x[:, 4].abs() + x[:, 5]], 1) + 0.2 * torch.randn(v.rows, 3)
    return Program(Regressor(v.width), nn.MSELoss(), x, (y - y.mean(0)) / y.std(0))
