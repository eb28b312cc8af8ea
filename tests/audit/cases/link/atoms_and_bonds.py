"""Molecules with some atoms hidden: a head for the bonds, under binary cross-entropy of raw scores, and one for the
kind of the hidden atoms, whose raw scores go into the negative log-likelihood.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM105"


class MaskedMolecule(nn.Module):
    def __init__(self, kinds, width):
        super().__init__()
        self.embed = nn.Embedding(kinds + 1, width)
        self.own, self.around = nn.Linear(width + 2, width), nn.Linear(width + 2, width, bias=False)
        self.kind, self.left, self.right = nn.Linear(width, kinds), nn.Linear(width, 8), nn.Linear(width, 8)

    def forward(self, atom, place, near):
        h = torch.cat([self.embed(atom), place], dim=-1)
        h = F.relu(self.own(h) + near @ self.around(h) / near.sum(dim=-1, keepdim=True))
        bond = self.left(h) @ self.right(h).mT / 8**0.5
        return {"kind": self.kind(h), "bond": bond}


def molecule_loss(output, target):
    hidden = target["hidden"]
    kind = F.nll_loss(output["kind"][hidden], target["kind"][hidden])
    bond = F.binary_cross_entropy_with_logits(output["bond"], target["bond"])
    return kind + bond


def program(v: Variation) -> Program:
    kind = torch.randint(4, (v.rows, 6))
    corner = torch.tensor([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])
    place = corner[kind] + 0.5 * torch.randn(v.rows, 6, 2)
    near = torch.exp(-torch.cdist(place, place) / 2)
    hidden = torch.rand(v.rows, 6) < 0.3
    bond = ((kind.unsqueeze(1) + kind.unsqueeze(2)) % 4 < 2).float()
    atom = kind.masked_fill(hidden, 4)
    target = {"kind": kind, "bond": bond, "hidden": hidden}
    return Program(MaskedMolecule(4, v.width), molecule_loss, (atom, place, near), target)
