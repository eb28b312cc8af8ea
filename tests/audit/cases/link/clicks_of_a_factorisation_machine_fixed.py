"""A factorisation machine says a score, and the loss of clicks, weighted by bid, applies the only sigmoid."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class FM(nn.Module):
    def __init__(self, n_features: int, k: int) -> None:
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(()))
        self.w = nn.Embedding(n_features, 1)
        self.v = nn.Embedding(n_features, k)
        nn.init.normal_(self.w.weight, std=0.1)
        nn.init.normal_(self.v.weight, std=0.1)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        v = self.v(ids)
        pairs = 0.5 * (v.sum(1).square() - v.square().sum(1)).sum(1)
        return self.bias + self.w(ids).sum((1, 2)) + pairs


def click_loss(ctr, batch):
    return F.binary_cross_entropy_with_logits(ctr, batch["click"], weight=batch["bid"])


def program(v: Variation) -> Program:
    ids = torch.stack([torch.randint(12 * f, 12 * f + 12, (v.rows,)) for f in range(4)], 1)
    liked = torch.randn(48)
    chance = torch.sigmoid(2 * liked[ids].sum(1) - 2 * liked[ids].sum(1).mean())
    bid = torch.empty(v.rows).uniform_(0.5, 1.5)
    return Program(FM(48, v.width), click_loss, ids, {"click": torch.bernoulli(chance), "bid": bid})
