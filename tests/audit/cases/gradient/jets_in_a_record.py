"""Jets of particles, their flavour and their energy: both losses are kept in a record as numbers, and the energy's is
added from there, so that its head learns nothing.
"""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM801"


class JetNet(nn.Module):
    """A set of tracks, pooled by a mean over those that are there."""

    def __init__(self, width):
        super().__init__()
        self.phi = nn.Sequential(nn.Linear(4, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU())
        self.flavour = nn.Linear(width, 3)
        self.energy = nn.Linear(width, 1)

    def forward(self, tracks, present):
        h = self.phi(tracks) * present.unsqueeze(-1)
        jet = h.sum(dim=1) / present.sum(dim=1, keepdim=True)
        return {"flavour": self.flavour(jet), "energy": self.energy(jet).squeeze(-1)}


class JetLoss(nn.Module):
    def __init__(self, energy_weight=0.5):
        super().__init__()
        self.energy_weight = energy_weight
        self.record = {}

    def forward(self, jet, truth):
        terms = {
            "flavour": F.cross_entropy(jet["flavour"], truth["flavour"]),
            "energy": F.smooth_l1_loss(jet["energy"], truth["energy"]),
        }
        self.record = {name: term.item() for name, term in terms.items()}
        return terms["flavour"] + self.energy_weight * self.record["energy"]


def program(v: Variation) -> Program:
    flavour = torch.arange(v.rows) % 3
    energy = torch.randn(v.rows)
    present = (torch.arange(9) < torch.randint(4, 10, (v.rows, 1))).float()
    tracks = 0.6 * torch.randn(v.rows, 9, 4)
    tracks[:, :, :3] += 1.2 * F.one_hot(flavour, 3).unsqueeze(1)
    tracks[:, :, 3] += energy.unsqueeze(1)
    return Program(JetNet(v.width), JetLoss(), (tracks, present), {"flavour": flavour, "energy": energy})
