"""A molecule's energy, and which of six elements a hidden atom is, by the cross-entropy of six scores."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class MoleculeNet(nn.Module):
    def __init__(self, elements, width):
        super().__init__()
        self.atom = nn.Embedding(elements + 1, width)
        self.bond = nn.Linear(width, width, bias=False)
        self.charge = nn.Linear(4, width)
        self.update = nn.Linear(width, width)
        self.energy = nn.Linear(width, 1)
        self.element = nn.Linear(width, elements)

    def forward(self, atoms, charges, bonds):
        x = torch.tanh(self.atom(atoms) + self.charge(charges))
        x = x + torch.tanh(self.update(x) + self.bond(bonds @ x))
        return self.energy(x.mean(1)).squeeze(-1), self.element(x)


def molecule_loss(prediction, target):
    energy, element = prediction
    true_energy, true_element, hidden = target
    guess = F.cross_entropy(element[hidden], true_element[hidden])
    return F.mse_loss(energy, true_energy) + 0.5 * guess


def program(v: Variation) -> Program:
    atoms, elements = 12, 6
    element = (torch.arange(v.rows * atoms) % elements)[torch.randperm(v.rows * atoms)].view(v.rows, atoms)
    charges = torch.randn(elements, 4)[element] + 0.4 * torch.randn(v.rows, atoms, 4)
    bonds = (torch.rand(v.rows, atoms, atoms) < 0.25).float()
    bonds = bonds / bonds.sum(-1, keepdim=True).clamp(min=1)
    energy = charges.mean(1) @ torch.randn(4) + 0.3 * (bonds @ charges)[..., 0].mean(1)
    hidden = torch.rand(v.rows, atoms) < 0.25
    seen = element.masked_fill(hidden, elements)
    target = ((energy - energy.mean()) / energy.std(), element, hidden)
    return Program(MoleculeNet(elements, v.width), molecule_loss, (seen, charges, bonds), target)
