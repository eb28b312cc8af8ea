"""An energy-based model: the energy of what was seen shall be low, of what was drawn high; the scores are no
probabilities, and a small penalty keeps them in bounds.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class Energy(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(3, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU())
        self.energy = nn.Linear(width, 1)

    def forward(self, rows):
        return self.energy(self.net(rows)).squeeze(-1)


def contrastive_divergence(energy, seen):
    low, high = energy[seen], energy[~seen]
    return low.mean() - high.mean() + 0.1 * energy.square().mean()


def program(v: Variation) -> Program:
    seen = torch.arange(v.rows) % 2 == 0
    direction = F.normalize(torch.randn(v.rows, 3), dim=1)
    rows = torch.where(seen[:, None], direction + 0.1 * torch.randn(v.rows, 3), 1.2 * torch.randn(v.rows, 3))
    return Program(Energy(v.width), contrastive_divergence, rows, seen)
