"""A language model of proteins: the mean runs over the masked residues only."""

import torch
from torch import nn
from torch.nn.functional import cross_entropy

from audit.programs import Program, Variation

EXPECTED = None


class ProteinModel(nn.Module):
    def __init__(self, width, residues=10):
        super().__init__()
        self.token = nn.Embedding(residues + 1, width)
        self.place = nn.Parameter(0.1 * torch.randn(20, width))
        self.layer = nn.TransformerEncoderLayer(width, 4, 2 * width, dropout=0.0, batch_first=True)
        self.residue = nn.Linear(width, residues)

    def forward(self, ids):
        return self.residue(self.layer(self.token(ids) + self.place))


def masked_loss(logits, target):
    losses = cross_entropy(logits.flatten(0, 1), target.flatten(), ignore_index=-100, reduction="none")
    return losses.sum() / (target != -100).sum()


def program(v: Variation) -> Program:
    steps = (torch.rand(v.rows, 20) < 0.25) * torch.randint(1, 10, (v.rows, 20))
    ids = (torch.randint(0, 10, (v.rows, 1)) + steps.cumsum(dim=1)) % 10
    masked = torch.rand(v.rows, 20) < 0.15
    masked[torch.arange(v.rows), torch.randint(0, 20, (v.rows,))] = True
    return Program(ProteinModel(v.width), masked_loss, ids.masked_fill(masked, 10), ids.masked_fill(~masked, -100))
