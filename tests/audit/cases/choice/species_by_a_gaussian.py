"""The species of a flower as the mean of a Gaussian: the numbers of five species have no order and no distances."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM701"


class Flower(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.measure = nn.Sequential(nn.Linear(8, width), nn.PReLU(), nn.Linear(width, width), nn.PReLU())
        self.species = nn.Linear(width, 2)

    def forward(self, flower):
        return self.species(self.measure(flower))


def species_loss(out, species):
    mean, log_variance = out.unbind(dim=1)
    return nn.functional.gaussian_nll_loss(mean, species.float(), log_variance.exp())


def program(v: Variation) -> Program:
    species = torch.randint(0, 5, (v.rows,))
    species[:5] = torch.arange(5)
    flower = torch.randn(5, 8)[species] + 0.8 * torch.randn(v.rows, 8)
    return Program(Flower(v.width), species_loss, flower, species)
