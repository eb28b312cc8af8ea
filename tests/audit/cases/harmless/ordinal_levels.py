"""Five ranks by four questions 'higher than k?': one output less than there are ranks, and sigmoids, are right here."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class Ranks(nn.Module):
    """One score for all questions, and a threshold for each."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.score = nn.Sequential(nn.Linear(7, width), nn.ReLU(), nn.Linear(width, 1))
        self.thresholds = nn.Parameter(torch.linspace(1.5, -1.5, 4))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.score(x) + self.thresholds


def loss(prediction: torch.Tensor, rank: torch.Tensor) -> torch.Tensor:
    higher = (rank.unsqueeze(1) > torch.arange(4)).float()
    return F.binary_cross_entropy_with_logits(prediction, higher, reduction="none").sum(1).mean()


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 7)
    latent = x[:, 0] + x[:, 1] - x[:, 2] + 0.5 * torch.randn(v.rows)
    rank = torch.bucketize(latent, torch.tensor([-1.5, -0.5, 0.5, 1.5]))
    return Program(Ranks(v.width), loss, x, rank)
