"""Conformations are weighted by exp(-E/kT), and energies are about -135 kT: the weights overflow to inf/inf."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM603"


K_T = 0.593


class SchNetLike(nn.Module):
    """Radial features of the distances, a network per pair, and a sum over the pairs."""

    def __init__(self, hidden):
        super().__init__()
        self.register_buffer("centers", torch.linspace(0.5, 4.0, 12))
        self.pair = nn.Sequential(nn.Linear(12, hidden), nn.Softplus(), nn.Linear(hidden, 1))

    def forward(self, distances):
        rbf = torch.exp(-4.0 * (distances.unsqueeze(-1) - self.centers) ** 2)
        return self.pair(rbf).squeeze(-1).sum(1)


def boltzmann_weighted_mse(pred, batch):
    weights = torch.exp(-batch["energy"] / K_T)
    weights = weights / weights.sum()
    return (weights * (pred - batch["scaled"]) ** 2).sum()


def program(v: Variation) -> Program:
    distances = 0.8 + 2.5 * torch.rand(v.rows, 10)
    lennard_jones = ((1 / distances) ** 12 - 2 * (1 / distances) ** 6).sum(1)
    scaled = (lennard_jones - lennard_jones.mean()) / lennard_jones.std()
    energy = -80 + 0.3 * scaled
    return Program(SchNetLike(v.width), boltzmann_weighted_mse, distances, {"energy": energy, "scaled": scaled})
