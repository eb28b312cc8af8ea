"""Incomes from a sparse file that writes its labels -1 and +1: they are made 0 and 1."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from audit.programs import Program, Variation

EXPECTED = None


class WideAndDeep(nn.Module):
    """Rows of a varying number of set bits, as one list of columns and where each row starts."""

    def __init__(self, n_columns: int, width: int) -> None:
        super().__init__()
        self.wide = nn.EmbeddingBag(n_columns, 1, mode="sum")
        self.deep = nn.EmbeddingBag(n_columns, width, mode="mean")
        self.top = nn.Linear(width, 1)
        nn.init.zeros_(self.wide.weight)

    def forward(self, columns: Tensor, offsets: Tensor) -> Tensor:
        deep = torch.relu(self.deep(columns, offsets))
        return (self.wide(columns, offsets) + self.top(deep)).flatten()


def program(v: Variation) -> Program:
    n_columns = 40
    bits = torch.rand(v.rows, n_columns) < 0.25
    bits[:, 0] = True
    score = bits.float() @ torch.randn(n_columns)
    label = torch.where(score > score.median(), 1.0, -1.0)
    offsets = torch.cat([torch.zeros(1, dtype=torch.long), bits.sum(1).cumsum(0)[:-1]])
    columns = bits.nonzero()[:, 1]
    target = (label + 1) / 2
    return Program(WideAndDeep(n_columns, v.width), F.binary_cross_entropy_with_logits, (columns, offsets), target)
