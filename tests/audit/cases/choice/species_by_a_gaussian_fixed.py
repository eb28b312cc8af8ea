"""The species of a flower by cross-entropy over five scores."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Flower(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.measure = nn.Sequential(nn.Linear(8, width), nn.PReLU(), nn.Linear(width, width), nn.PReLU())
        self.species = nn.Linear(width, 5)

    def forward(self, flower):
        return self.species(self.measure(flower))


def species_loss(out, species):
    return nn.functional.cross_entropy(out, species)


def program(v: Variation) -> Program:
    species = torch.randint(0, 5, (v.rows,))
    species[:5] = torch.arange(5)
    flower = torch.randn(5, 8)[species] + 0.8 * torch.randn(v.rows, 8)
    return Program(Flower(v.width), species_loss, flower, species)
