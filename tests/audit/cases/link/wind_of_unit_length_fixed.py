"""The two components of the wind leave the head as they are, and so reach any strength."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Wind(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.pressure = nn.Linear(25, width)
        self.uv = nn.Linear(width, 2)

    def forward(self, pressure: torch.Tensor) -> torch.Tensor:
        uv = self.uv(F.relu(self.pressure(pressure.flatten(1))))
        return uv


def endpoint_error(uv: torch.Tensor, observed: torch.Tensor) -> torch.Tensor:
    return torch.mean(torch.sum((uv - observed) ** 2, dim=-1))


def program(v: Variation) -> Program:
    slope = 1.5 * torch.randn(v.rows, 2)
    grid = torch.linspace(-1, 1, 5)
    pressure = slope[:, 0, None, None] * grid[:, None] + slope[:, 1, None, None] * grid
    wind = torch.stack([slope[:, 1], -slope[:, 0]], 1) + 0.1 * torch.randn(v.rows, 2)
    return Program(Wind(v.width), endpoint_error, pressure + 0.1 * torch.randn(v.rows, 5, 5), wind)
