"""Kinds of atoms and the bonds of each pair, both averaged over the atoms and pairs that there are."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class BondModel(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.inside = nn.Linear(6, width)
        self.attend = nn.MultiheadAttention(width, 4, batch_first=True)
        self.kind = nn.Linear(width, 3)
        self.pair = nn.Linear(width, width)
        self.level = nn.Parameter(torch.zeros(1))

    def forward(self, atoms, there):
        h = torch.tanh(self.inside(atoms))
        h = h + self.attend(h, h, h, key_padding_mask=~there, need_weights=False)[0]
        pair = self.pair(h)
        return self.kind(h), pair @ pair.transpose(1, 2) / pair.shape[-1] ** 0.5 + self.level


def bond_loss(output, target):
    kinds, bonds = output
    there = target["there"]
    pairs = (there.unsqueeze(1) & there.unsqueeze(2) & ~torch.eye(there.shape[1], dtype=torch.bool)).float()
    kind = F.cross_entropy(kinds[there], target["kind"][there])
    bond = F.binary_cross_entropy_with_logits(bonds, target["bond"], reduction="none")
    return kind + (bond * pairs).sum() / pairs.sum()


def program(v: Variation) -> Program:
    atoms = torch.randn(v.rows, 8, 6)
    there = torch.arange(8) < torch.randint(3, 8, (v.rows, 1))
    kind = (2 * atoms[..., :3]).argmax(-1)
    bond = (torch.einsum("nid,njd->nij", atoms[..., 3:], atoms[..., 3:]) > 0).float()
    atoms = atoms * there.unsqueeze(2)
    both = there.unsqueeze(1) & there.unsqueeze(2)
    return Program(BondModel(v.width), bond_loss, (atoms, there), {"kind": kind, "bond": bond * both, "there": there})
