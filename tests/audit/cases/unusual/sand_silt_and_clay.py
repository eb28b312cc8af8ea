"""Shares of sand, silt and clay under a Dirichlet distribution whose concentrations the network gives."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.distributions import Dirichlet

from audit.programs import Program, Variation

EXPECTED = None


class SoilNet(nn.Module):
    def __init__(self, bands: int, hidden: int) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Linear(bands, hidden), nn.Tanh(), nn.Linear(hidden, 3))

    def forward(self, spectrum: Tensor) -> Tensor:
        return 1.0 + F.softplus(self.body(spectrum))


def loss(concentration: Tensor, shares: Tensor) -> Tensor:
    return -Dirichlet(concentration).log_prob(shares).mean()


def program(v: Variation) -> Program:
    spectrum = torch.randn(v.rows, 10)
    shares = torch.softmax(0.7 * spectrum[:, :3] + 0.3 * torch.randn(v.rows, 3), dim=1)
    return Program(SoilNet(10, v.width), loss, spectrum, shares)
