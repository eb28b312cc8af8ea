"""Cells in a dish, which pixels are cell and how far each lies from its cell's centre: the offsets point both ways, and
their head ends in a sigmoid, which never says less than 0.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM110"


class CentreNet(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(3, channels, 5, padding=2), nn.ReLU(), nn.Conv2d(channels, channels, 5, padding=2), nn.ReLU()
        )
        self.cell = nn.Conv2d(channels, 1, 1)
        self.offset = nn.Sequential(nn.Conv2d(channels, 2, 1), nn.Sigmoid())

    def forward(self, picture):
        h = self.body(picture)
        return {"cell": self.cell(h).squeeze(1), "offset": self.offset(h)}


def centre_loss(output, target):
    cell = target["cell"]
    presence = F.binary_cross_entropy_with_logits(output["cell"], cell)
    distance = (output["offset"] - target["offset"]).abs().sum(dim=1)
    return presence + (distance * cell).sum() / cell.sum()


def program(v: Variation) -> Program:
    grid = torch.linspace(-1, 1, 12)
    where = torch.stack(torch.meshgrid(grid, grid, indexing="ij"))
    centre = 0.8 * torch.rand(v.rows, 2, 1, 1) - 0.4
    offset = (centre - where) / 0.6
    cell = (offset.norm(dim=1) < 1).float()
    shade = cell * (1.5 - offset.norm(dim=1)) + 0.1 * torch.randn(v.rows, 12, 12)
    picture = torch.cat([shade.unsqueeze(1), where.expand(v.rows, -1, -1, -1)], dim=1)
    return Program(CentreNet(v.width // 4), centre_loss, picture, {"cell": cell, "offset": offset})
