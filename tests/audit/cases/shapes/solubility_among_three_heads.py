"""Three properties of molecules from one graph network: the solubility alone keeps its last axis, and in its term
each molecule is compared with all others."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM301"


class GraphNetwork(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.embed = nn.Linear(6, width)
        self.messages = nn.ModuleList(nn.Linear(width, width) for _ in range(2))
        self.heads = nn.ModuleDict(
            {"solubility": nn.Linear(width, 1), "permeable": nn.Linear(width, 1), "pocket": nn.Linear(width, 3)}
        )

    def forward(self, atoms, bonds):
        shares = bonds / bonds.sum(2, keepdim=True)
        h = torch.tanh(self.embed(atoms))
        for layer in self.messages:
            h = h + F.gelu(layer(shares @ h))
        pooled = h.mean(1)
        return {name: head(pooled) for name, head in self.heads.items()}


def pseudo_huber(prediction, target, delta=1.0):
    return (delta**2 * (torch.sqrt(1 + ((prediction - target) / delta) ** 2) - 1)).mean()


def molecule_loss(out, target):
    solubility, permeable, pocket = target
    loss = pseudo_huber(out["solubility"], solubility)
    loss = loss + F.binary_cross_entropy_with_logits(out["permeable"].squeeze(1), permeable)
    return loss + 0.5 * F.cross_entropy(out["pocket"], pocket)


def program(v: Variation) -> Program:
    atoms = torch.randn(v.rows, 7, 6) + torch.randn(v.rows, 1, 6)
    bonds = (torch.rand(v.rows, 7, 7) < 0.3).float()
    bonds = ((bonds + bonds.transpose(1, 2)) > 0).float()
    bonds[:, range(7), range(7)] = 1.0
    seen = ((bonds / bonds.sum(2, keepdim=True)) @ atoms).mean(1)
    solubility = seen @ torch.randn(6) + 0.2 * torch.randn(v.rows)
    solubility = (solubility - solubility.mean()) / solubility.std()
    permeable = (seen[:, 0] - seen[:, 1] > 0).float()
    pocket = (2 * seen[:, 2:5] + 0.4 * torch.randn(v.rows, 3)).argmax(1)
    return Program(GraphNetwork(v.width), molecule_loss, (atoms, bonds), (solubility, permeable, pocket))
