"""Balances in cents and times in seconds since 1970 are standardised before they go in."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class ChurnClassifier(nn.Module):
    def __init__(self, n_features, hidden):
        super().__init__()
        self.layer_1 = nn.Linear(n_features, hidden)
        self.layer_2 = nn.Linear(hidden, hidden)
        self.layer_out = nn.Linear(hidden, 1)
        self.relu = nn.ReLU()

    def forward(self, inputs):
        x = self.relu(self.layer_1(inputs))
        x = self.relu(self.layer_2(x))
        return torch.sigmoid(self.layer_out(x)).squeeze(1)


def program(v: Variation) -> Program:
    balance = 200_000 + 100_000 * torch.randn(v.rows)
    opened = 1.5e9 + 1e8 * torch.randn(v.rows)
    age, cards = 45 + 12 * torch.randn(v.rows), torch.randint(1, 5, (v.rows,)).float()
    table = torch.stack([balance, opened, age, cards], 1)
    scaled = (table - table.mean(0)) / table.std(0)
    leaves = (scaled[:, 0] - scaled[:, 1] * scaled[:, 2] + 0.3 * torch.randn(v.rows) > 0).float()
    return Program(ChurnClassifier(4, v.width), nn.BCELoss(), scaled, leaves)
