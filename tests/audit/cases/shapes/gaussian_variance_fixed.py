"""The Gaussian's mean and variance are both (N,)."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class Gaussian(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Linear(5, width), nn.ReLU())
        self.mean = nn.Linear(width, 1)
        self.variance = nn.Linear(width, 1)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        found = self.body(x)
        return self.mean(found).squeeze(1), F.softplus(self.variance(found)).squeeze(1) + 0.01


def gaussian_nll(prediction: tuple[torch.Tensor, torch.Tensor], y: torch.Tensor) -> torch.Tensor:
    mean, variance = prediction
    return 0.5 * (variance.log() + (y - mean) ** 2 / variance).mean()


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 5)
    y = x[:, 0] - x[:, 1] + (0.2 + 0.5 * torch.sigmoid(2 * x[:, 2])) * torch.randn(v.rows)
    return Program(Gaussian(v.width), gaussian_nll, x, (y - y.mean()) / y.std())
