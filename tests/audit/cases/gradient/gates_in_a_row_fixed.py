"""Thirty gates in a row each add a twentieth of what they let through, and the signal and its gradient stay."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class GatedTower(nn.Module):
    def __init__(self, features: int, width: int, depth: int = 30) -> None:
        super().__init__()
        self.enter = nn.Linear(features, width)
        self.gates = nn.ModuleList(nn.Linear(width, width) for _ in range(depth))
        self.leave = nn.Linear(width, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.tanh(self.enter(x))
        for gate in self.gates:
            x = x + 0.05 * torch.sigmoid(gate(x)) * x
        return self.leave(x)


def program(v: Variation) -> Program:
    wine = torch.arange(v.rows) % 3
    centre = torch.tensor([[1.0, 0, 0, 1, -1, 0], [-1, 1, 0, 0, 0.5, 1], [0, -1, 1, -1, 0.5, -1]])
    return Program(GatedTower(6, v.width), nn.CrossEntropyLoss(), centre[wine] + 0.5 * torch.randn(v.rows, 6), wine)
