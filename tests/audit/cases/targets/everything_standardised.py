"""StandardScaler ran over the whole table, the label with it: no and yes became about -0.7 and 1.4 in a binary loss."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM214"


class Churn(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.block1 = nn.Sequential(nn.Linear(9, width), nn.BatchNorm1d(width), nn.ReLU(), nn.Dropout(0.1))
        self.block2 = nn.Sequential(nn.Linear(width, width // 2), nn.BatchNorm1d(width // 2), nn.ReLU())
        self.out = nn.Linear(width // 2, 1)

    def forward(self, x):
        return self.out(self.block2(self.block1(x)))


def program(v: Variation) -> Program:
    raw = torch.randn(v.rows, 9) * torch.tensor([1.0, 30, 5, 2, 100, 1, 1, 12, 3]) + 10
    risk = (raw[:, 1] - 10) / 30 - (raw[:, 4] - 10) / 100 + 0.3 * torch.randn(v.rows)
    churned = (risk > 0.6).float()
    table = torch.cat([raw, churned[:, None]], dim=1)
    table = (table - table.mean(0)) / table.std(0)
    x, y = table[:, :-1], table[:, -1:]
    return Program(Churn(v.width), F.binary_cross_entropy_with_logits, x, y)
