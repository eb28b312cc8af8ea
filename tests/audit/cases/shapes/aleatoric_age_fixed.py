"""An age and its own uncertainty from a face: mean and log-variance both lose their last axis."""

import torch
from torch import Tensor, nn

from audit.programs import Program, Variation

EXPECTED = None


class BayesianHead(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.trunk = nn.Sequential(
            nn.Conv2d(1, 8, 3, stride=2), nn.SELU(), nn.Flatten(), nn.Linear(72, width), nn.SELU()
        )
        self.mu = nn.Linear(width, 1)
        self.log_var = nn.Linear(width, 1)

    def forward(self, face: Tensor) -> tuple[Tensor, Tensor]:
        h = self.trunk(face)
        return self.mu(h).squeeze(-1), self.log_var(h).squeeze(-1)


def aleatoric_loss(output: tuple[Tensor, Tensor], y: Tensor) -> Tensor:
    mu, log_var = output
    return torch.mean(0.5 * torch.exp(-log_var) * (y - mu) ** 2 + 0.5 * log_var)


def program(v: Variation) -> Program:
    age = torch.randn(v.rows)
    wrinkles = torch.randn(8, 8)
    face = age.view(-1, 1, 1, 1) * wrinkles + 0.8 * torch.randn(v.rows, 1, 8, 8)
    return Program(BayesianHead(v.width), aleatoric_loss, face, age)
