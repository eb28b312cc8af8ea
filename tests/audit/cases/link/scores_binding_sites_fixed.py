"""Each residue of a protein binds or not; binary_cross_entropy weighs out the padding and is given probabilities."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class Sites(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.residues = nn.Embedding(21, 12, padding_idx=0)
        self.convs = nn.ModuleList(nn.Conv1d(12, width // 2, k, padding=k // 2) for k in (3, 5))
        self.head = nn.Conv1d(width // 2 * 2, 1, 1)
        nn.init.constant_(self.head.bias, -1.0)  # most residues do not bind

    def forward(self, chain):
        x = self.residues(chain).transpose(1, 2)
        x = torch.cat([F.relu(conv(x)) for conv in self.convs], dim=1)
        return torch.sigmoid(self.head(x)).squeeze(1)


def masked_bce(prediction, target):
    binds, mask = target
    total = F.binary_cross_entropy(prediction, binds, weight=mask, reduction="sum")
    return total / mask.sum()


def program(v: Variation) -> Program:
    chain = torch.randint(1, 21, (v.rows, 24))
    mask = torch.arange(24) < torch.randint(12, 25, (v.rows, 1))
    polar = chain % 4 == 0
    binds = (polar | (polar.roll(1, 1) & (chain % 3 == 0))).float()
    return Program(Sites(v.width), masked_bce, chain * mask, (binds * mask, mask.float()))
