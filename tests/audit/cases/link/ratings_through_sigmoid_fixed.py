"""Films and viewers are multiplied and squeezed by a sigmoid into 0.5 to 5.5, for ratings of 1 to 5 stars."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Factors(nn.Module):
    def __init__(self, viewers, films, width):
        super().__init__()
        self.viewers, self.films = nn.Embedding(viewers, width), nn.Embedding(films, width)
        self.bias = nn.Embedding(films, 1)
        for table in (self.viewers, self.films, self.bias):
            nn.init.normal_(table.weight, std=0.1)

    def forward(self, pairs):
        viewer, film = pairs.T
        dot = (self.viewers(viewer) * self.films(film)).sum(1) + self.bias(film).squeeze(1)
        return 0.5 + 5 * torch.sigmoid(dot)


def program(v: Variation) -> Program:
    pairs = torch.stack([torch.randint(20, (v.rows,)), torch.randint(15, (v.rows,))], dim=1)
    liked = torch.randn(15)[pairs[:, 1]] + 0.5 * torch.randn(20)[pairs[:, 0]]
    stars = (3.4 + liked + 0.3 * torch.randn(v.rows)).round().clamp(1, 5)
    return Program(Factors(20, 15, v.width), nn.MSELoss(), pairs, stars)
