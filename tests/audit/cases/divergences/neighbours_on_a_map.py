"""Cells laid out on a map so that neighbours stay neighbours: kl_div is given the map's affinities instead of their
logarithms."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM401"


def shares_of_pairs(affinity):
    pairs = affinity[~torch.eye(len(affinity), dtype=torch.bool)]
    return pairs / pairs.sum()


class MapOfCells(nn.Module):
    def __init__(self, genes, width):
        super().__init__()
        self.place = nn.Sequential(nn.Linear(genes, width), nn.Softplus(), nn.Linear(width, 2, bias=False))

    def forward(self, cells):
        place = self.place(cells)
        apart = (place[:, None] - place[None]).square().sum(dim=2)
        return shares_of_pairs(1 / (1 + apart))


def divergence(q, p):
    return F.kl_div(q, p, reduction="sum")


def program(v: Variation) -> Program:
    kinds = 2 * torch.randn(4, 12)
    cells = kinds[torch.arange(v.rows) % 4] + 0.7 * torch.randn(v.rows, 12)
    apart = (cells[:, None] - cells[None]).square().sum(dim=2)
    return Program(MapOfCells(12, v.width), divergence, cells, shares_of_pairs(torch.exp(-apart / 20) + 1e-4))
