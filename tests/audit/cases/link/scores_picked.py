"""A transformer over a table's columns returns scores, and the loss is minus the true class's score: without bound
below.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM105"


class ColumnTransformer(nn.Module):
    def __init__(self, columns, width, classes):
        super().__init__()
        self.scale = nn.Parameter(torch.randn(columns, width) / width**0.5)
        self.shift = nn.Parameter(torch.zeros(columns, width))
        layer = nn.TransformerEncoderLayer(width, 4, 2 * width, dropout=0.0, batch_first=True, norm_first=True)
        self.encoder = nn.TransformerEncoder(layer, 1, enable_nested_tensor=False)
        self.head = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, classes))

    def forward(self, table):
        tokens = table[..., None] * self.scale + self.shift
        scores = self.head(self.encoder(tokens).mean(dim=1))
        return scores


def program(v: Variation) -> Program:
    table = torch.randn(v.rows, 7)
    wine = (table[:, :3] + 0.5 * table[:, 3:6] + 0.2 * torch.randn(v.rows, 3)).argmax(1)
    model = ColumnTransformer(7, v.width, 3)
    return Program(model, lambda out, y: -out[torch.arange(len(y)), y].mean(), table, wine)
