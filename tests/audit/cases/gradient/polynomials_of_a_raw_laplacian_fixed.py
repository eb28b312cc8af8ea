"""Traffic at twelve crossings by Chebyshev polynomials of the graph's Laplacian, which is scaled to -1 to 1, where they
stay within bounds.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class ChebConv(nn.Module):
    def __init__(self, inputs, outputs, laplacian, order=5):
        super().__init__()
        self.register_buffer("laplacian", laplacian)
        self.order = order
        self.mix = nn.Linear(order * inputs, outputs)

    def forward(self, x):
        terms = [x, self.laplacian @ x]
        while len(terms) < self.order:
            terms.append(2 * self.laplacian @ terms[-1] - terms[-2])
        return self.mix(torch.cat(terms, dim=-1))


class Crossings(nn.Module):
    def __init__(self, laplacian, width):
        super().__init__()
        self.first, self.second = ChebConv(3, width, laplacian), ChebConv(width, width, laplacian)
        self.head = nn.Linear(width, 1)

    def forward(self, speeds):
        h = torch.relu(self.first(speeds))
        return self.head(torch.relu(self.second(h))).squeeze(-1)


def program(v: Variation) -> Program:
    step = torch.arange(12)
    apart = (step[:, None] - step).abs()
    adjacency = ((torch.minimum(apart, 12 - apart) <= 4) & (apart > 0)).float()
    laplacian = torch.diag(adjacency.sum(dim=1)) - adjacency
    laplacian = 2 * laplacian / torch.linalg.eigvalsh(laplacian).max() - torch.eye(12)
    speeds = torch.randn(v.rows, 12, 3)
    later = speeds[:, :, 0] - speeds[:, :, 1].roll(1, dims=1) + (adjacency / 8 @ speeds[:, :, 2:]).squeeze(-1)
    later = later / later.std() + 0.1 * torch.randn(v.rows, 12)
    return Program(Crossings(laplacian, v.width), nn.SmoothL1Loss(), speeds, later)
