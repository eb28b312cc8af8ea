"""CosineEmbeddingLoss is given 1 for pairs that belong together, -1 for those that do not."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class Pairs(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.embed = nn.Sequential(nn.Linear(10, width), nn.ReLU(), nn.Linear(width, 16))

    def forward(self, left: torch.Tensor, right: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return self.embed(left), self.embed(right)


def program(v: Variation) -> Program:
    left = torch.randn(v.rows, 10)
    same = (torch.arange(v.rows) % 2).float()
    right = torch.where(same.bool().unsqueeze(1), left + 0.3 * torch.randn(v.rows, 10), torch.randn(v.rows, 10))
    return Program(Pairs(v.width), lambda p, t: F.cosine_embedding_loss(*p, t), (left, right), 2 * same - 1)
