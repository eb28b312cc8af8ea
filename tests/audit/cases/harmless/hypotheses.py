"""Five heads answer the same question, (N, 5), and each is compared with the one answer, (N, 1)."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Ensemble(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.members = nn.ModuleList(
            nn.Sequential(nn.Linear(6, width), nn.ReLU(), nn.Linear(width, 1)) for _ in range(5)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.cat([member(x) for member in self.members], 1)


def squared_error(prediction: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    return ((prediction - target) ** 2).mean()


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 6)
    y = x[:, 0] * x[:, 1] + x[:, 2] + 0.2 * torch.randn(v.rows)
    return Program(Ensemble(v.width), squared_error, x, ((y - y.mean()) / y.std()).unsqueeze(1))
