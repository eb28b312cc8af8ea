"""Mean and variance are (N, 1) and the target is (N,): torch's Gaussian loss broadcasts the miss to (N, N)."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM301"


class Gaussian(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(4, width), nn.SiLU(), nn.Linear(width, 2))

    def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        mean, raw = self.layers(x).split(1, dim=1)
        return {"mean": mean, "variance": F.softplus(raw)}


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 4)
    y = torch.sin(x[:, 0]) + x[:, 1] + torch.where(x[:, 2] > 0, 0.6, 0.2) * torch.randn(v.rows)
    y = (y - y.mean()) / y.std()
    return Program(Gaussian(v.width), lambda p, t: F.gaussian_nll_loss(p["mean"], t, p["variance"]), x, y)
