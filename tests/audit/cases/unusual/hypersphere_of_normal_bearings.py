"""Normal bearings only, drawn to one fixed centre; no layer has a bias, so that the network cannot ignore its
input.
"""

import torch
from torch import Tensor, nn

from audit.programs import Program, Variation

EXPECTED = None


class DeepSVDD(nn.Module):
    def __init__(self, rep_dim: int, width: int) -> None:
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(16, width, bias=False),
            nn.LeakyReLU(),
            nn.Linear(width, rep_dim, bias=False),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


def svdd_loss(outputs: Tensor, c: Tensor) -> Tensor:
    dist = torch.sum((outputs - c) ** 2, dim=1)
    return torch.mean(dist)


def program(v: Variation) -> Program:
    model = DeepSVDD(6, v.width)
    loading = torch.randn(3, 16)
    x = 0.5 + 0.5 * torch.randn(v.rows, 3) @ loading + 0.1 * torch.randn(v.rows, 16)
    with torch.no_grad():
        c = model(x).mean(dim=0)
    c[(c.abs() < 0.1) & (c < 0)] = -0.1
    c[(c.abs() < 0.1) & (c >= 0)] = 0.1
    return Program(model, svdd_loss, x, c)
