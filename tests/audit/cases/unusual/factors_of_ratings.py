"""Stars from 1 to 5 are a scale, not classes: factors of viewers and films predict them by squares, from the mean
rating on.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class BiasedFactors(nn.Module):
    def __init__(self, viewers, films, rank, mean):
        super().__init__()
        self.p, self.q = nn.Embedding(viewers, rank), nn.Embedding(films, rank)
        self.b, self.c = nn.Embedding(viewers, 1), nn.Embedding(films, 1)
        for table in (self.p, self.q, self.b, self.c):
            nn.init.normal_(table.weight, std=0.05)
        self.register_buffer("mean", mean)

    def forward(self, viewer, film):
        bias = self.b(viewer) + self.c(film)
        return self.mean + bias.squeeze(1) + torch.einsum("nr,nr->n", self.p(viewer), self.q(film))


def program(v: Variation) -> Program:
    viewer, film = torch.randint(25, (v.rows,)), torch.randint(15, (v.rows,))
    opinion = 3.6 + 0.5 * torch.randn(25)[viewer] + 0.8 * torch.randn(15)[film]
    stars = (opinion + 0.4 * torch.randn(v.rows)).round().clamp(1, 5)
    return Program(BiasedFactors(25, 15, v.width // 4, stars.mean()), nn.MSELoss(), (viewer, film), stars)
