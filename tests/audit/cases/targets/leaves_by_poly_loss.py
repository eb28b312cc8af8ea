"""Species of leaves from their outlines, one-hot: the cross-entropy takes rows, but the second term gathers by them,
and so raises the probabilities of species 0 and 1 whatever the leaf is."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM208"


class OutlineNetwork(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.around = nn.Conv1d(1, width, 5, padding=2, padding_mode="circular")
        self.again = nn.Conv1d(width, width, 5, stride=2, padding=2, padding_mode="circular")
        self.species = nn.Linear(width, 4)

    def forward(self, radius):
        h = F.silu(self.again(F.silu(self.around(radius.unsqueeze(1)))))
        return self.species(h.square().mean(2))


class PolyLoss(nn.Module):
    def __init__(self, epsilon=2.0):
        super().__init__()
        self.epsilon = epsilon

    def forward(self, logits, species):
        entropy = F.cross_entropy(logits, species.float())
        chance = logits.softmax(1).gather(1, species)
        return entropy + self.epsilon * (1 - chance).mean()


def program(v: Variation) -> Program:
    species = torch.randint(4, (v.rows,))
    angle = torch.linspace(0, 6.2832, 25)[:-1] + 6.2832 * torch.rand(v.rows, 1)
    lobes = torch.tensor([1.0, 3.0, 5.0, 8.0])[species].unsqueeze(1)
    radius = torch.cos(lobes * angle) + 0.3 * torch.randn(v.rows, 24)
    return Program(OutlineNetwork(v.width), PolyLoss(), radius, F.one_hot(species, 4))
