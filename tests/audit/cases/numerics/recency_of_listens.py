"""What one listens to next: the weight of a song grows as exp(hours / tau), and hours since the account was opened
make it infinite and their ratio NaN."""

import math

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM603"


class NextGenre(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.songs = nn.Embedding(40, width)
        self.log_tau = nn.Parameter(torch.tensor(math.log(30.0)))
        self.score = nn.Linear(width, 6)

    def forward(self, songs, hours):
        weight = torch.exp(hours / self.log_tau.exp())
        weight = weight / weight.sum(dim=1, keepdim=True)
        return self.score(torch.einsum("nt,ntd->nd", weight, self.songs(songs)))


def program(v: Variation) -> Program:
    genre = torch.arange(v.rows) % 6
    taste = torch.rand(v.rows, 12) < 0.7
    liked = genre[:, None] + 6 * torch.randint(0, 6, (v.rows, 12))
    songs = torch.where(taste, liked, torch.randint(0, 40, (v.rows, 12)))
    opened = 3000 + 1000 * torch.rand(v.rows, 1)
    hours = opened + (20 * -torch.rand(v.rows, 12).clamp_min(1e-3).log()).cumsum(dim=1)
    return Program(NextGenre(v.width), nn.CrossEntropyLoss(label_smoothing=0.05), (songs, hours), genre)
