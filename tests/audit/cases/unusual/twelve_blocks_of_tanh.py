"""Twelve residual blocks with tanh, whose branches are normalised and divided by the root of their number, so that the
gradient comes down to the first as it left the last: how far a protein's pairs of residues lie apart.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Block(nn.Module):
    def __init__(self, width, scale):
        super().__init__()
        self.norm, self.inner = nn.LayerNorm(width), nn.Linear(width, width)
        self.scale = scale

    def forward(self, h):
        return h + self.scale * torch.tanh(self.inner(self.norm(h)))


class Distances(nn.Module):
    def __init__(self, width, blocks=12):
        super().__init__()
        self.residue = nn.Embedding(10, width)
        self.gap = nn.Linear(1, width)
        self.blocks = nn.Sequential(*(Block(width, blocks**-0.5) for _ in range(blocks)))
        self.out = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, 1))

    def forward(self, first, second, gap):
        h = self.residue(first) + self.residue(second) + self.gap(gap)
        return self.out(self.blocks(h)).squeeze(-1)


def program(v: Variation) -> Program:
    first, second = torch.randint(10, (2, v.rows))
    gap = torch.randn(v.rows, 1)
    size = torch.randn(10)
    distance = size[first] + size[second] + gap.squeeze(1).tanh() * 2 + 0.2 * torch.randn(v.rows)
    distance = (distance - distance.mean()) / distance.std()
    return Program(Distances(v.width), nn.SmoothL1Loss(), (first, second, gap), distance)
