"""Of how many cells of each type does a tissue consist? Shares that sum to 1, from a softmax, compared by absolute
differences.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class Deconvolution(nn.Module):
    def __init__(self, genes, width, types):
        super().__init__()
        self.layers = nn.Sequential(
            nn.LayerNorm(genes), nn.Linear(genes, width), nn.ReLU(), nn.Dropout(0.05), nn.Linear(width, types)
        )

    def forward(self, expression):
        return F.softmax(self.layers(expression), dim=1)


def program(v: Variation) -> Program:
    shares = torch.distributions.Dirichlet(torch.full((5,), 1.5)).sample((v.rows,))
    signature = torch.rand(5, 30) ** 3 * 10
    expression = torch.log1p(shares @ signature + 0.1 * torch.rand(v.rows, 30))
    return Program(Deconvolution(30, v.width, 5), nn.L1Loss(), expression, shares)
