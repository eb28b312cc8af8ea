"""One of twelve shown adverts is clicked on, and the chance of it is asked for: a plain mean keeps chances honest."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class DeepFM(nn.Module):
    """Pairwise products of the fields' embeddings, and a network beside them."""

    def __init__(self, field_sizes, dim, hidden):
        super().__init__()
        self.tables = nn.ModuleList(nn.Embedding(n, dim) for n in field_sizes)
        self.linear = nn.ModuleList(nn.Embedding(n, 1) for n in field_sizes)
        for table in (*self.tables, *self.linear):
            nn.init.normal_(table.weight, std=0.1)
        self.mlp = nn.Sequential(nn.Linear(dim * len(field_sizes), hidden), nn.PReLU(), nn.Linear(hidden, 1))

    def forward(self, fields):
        e = torch.stack([table(fields[:, i]) for i, table in enumerate(self.tables)], dim=1)
        fm = (e.sum(1).square() - e.square().sum(1)).sum(1, keepdim=True) / 2
        linear = sum(table(fields[:, i]) for i, table in enumerate(self.linear))
        return (fm + linear + self.mlp(e.flatten(1))).squeeze(1)


def program(v: Variation) -> Program:
    shown = 6 * v.rows
    sizes = (8, 6, 5)
    fields = torch.stack([torch.randint(n, (shown,)) for n in sizes], dim=1)
    appeal = sum(torch.randn(n)[fields[:, i]] for i, n in enumerate(sizes)) + 0.5 * torch.randn(shown)
    click = (appeal > appeal.quantile(11 / 12)).float()
    return Program(DeepFM(sizes, 6, v.width), nn.BCEWithLogitsLoss(), fields, click)
