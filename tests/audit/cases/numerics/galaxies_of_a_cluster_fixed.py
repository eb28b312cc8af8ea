"""The mass and the kind of a cluster from some hundreds of its galaxies: the mean of their codes goes into a tanh."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class ClusterNet(nn.Module):
    """A set encoder: each galaxy gets a code, and what is pooled of them says the rest."""

    def __init__(self, features, width):
        super().__init__()
        self.galaxy = nn.Linear(features, width)
        self.cluster = nn.Linear(width, width)
        self.mass = nn.Linear(width, 1)
        self.kind = nn.Linear(width, 3)

    def forward(self, galaxies, members):
        codes = torch.tanh(self.galaxy(galaxies)) * members[..., None]
        pooled = codes.sum(dim=1) / members.sum(dim=1, keepdim=True)
        h = torch.tanh(self.cluster(pooled))
        return self.mass(h).squeeze(-1), self.kind(h)


def cluster_loss(prediction, target):
    mass, kind = prediction
    return F.smooth_l1_loss(mass, target["mass"]) + F.cross_entropy(kind, target["kind"])


def program(v: Variation) -> Program:
    kind = torch.randperm(v.rows) % 3
    centre = torch.randn(v.rows, 1, 6)
    galaxies = 0.4 * centre + 0.5 * torch.randn(3, 1, 6)[kind] + torch.randn(v.rows, 600, 6)
    members = (torch.arange(600) < torch.randint(450, 601, (v.rows, 1))).float()
    mass = centre[:, 0, 0] - centre[:, 0, 1] + 0.2 * torch.randn(v.rows)
    target = {"mass": (mass - mass.mean()) / mass.std(), "kind": kind}
    return Program(ClusterNet(6, v.width), cluster_loss, (galaxies, members), target)
