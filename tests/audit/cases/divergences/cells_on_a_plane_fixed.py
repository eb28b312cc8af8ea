"""Cells of a blood sample laid out on a plane by an autoencoder, whose map keeps neighbours as t-SNE does it, by
KL(P || Q), beside the error of what is decoded.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


def joint(similarity):
    """The off-diagonal similarities as one distribution over pairs."""
    apart = ~torch.eye(len(similarity), dtype=torch.bool)
    pairs = similarity[apart]
    return (pairs / pairs.sum()).clamp_min(1e-9)


class MapOfCells(nn.Module):
    def __init__(self, genes, width):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(genes, width), nn.ELU(), nn.Linear(width, 2))
        self.decoder = nn.Sequential(nn.Linear(2, width), nn.ELU(), nn.Linear(width, genes))

    def forward(self, cells):
        place = self.encoder(cells)
        return place, self.decoder(place)


class MapLoss(nn.Module):
    def __init__(self, reconstruction=0.2):
        super().__init__()
        self.reconstruction = reconstruction

    def forward(self, output, target):
        place, decoded = output
        cells, p = target
        distance = (place.unsqueeze(1) - place).square().sum(dim=-1)
        q = joint(1 / (1 + distance))
        embedding = F.kl_div(q.log(), p, reduction="sum")
        return embedding + self.reconstruction * F.mse_loss(decoded, cells)


def program(v: Variation) -> Program:
    kind = torch.arange(v.rows) % 4
    cells = 1.2 * torch.randn(4, 8)[kind] + 0.5 * torch.randn(v.rows, 8)
    cells = (cells - cells.mean(dim=0)) / cells.std(dim=0)
    p = joint(torch.exp(-torch.cdist(cells, cells).square() / 6))
    return Program(MapOfCells(8, v.width), MapLoss(), cells, (cells, p))
