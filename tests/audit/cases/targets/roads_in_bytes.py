"""Masks of roads are read from PNG files, 0 or 255, and go into binary cross-entropy as they are."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM207"


class Dilated(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.inc = nn.Conv2d(1, width, 3, padding=1)
        self.wide = nn.Conv2d(width, width, 3, padding=2, dilation=2)
        self.out = nn.Conv2d(2 * width, 1, 1)

    def forward(self, tile):
        near = nn.functional.relu(self.inc(tile))
        far = nn.functional.relu(self.wide(near))
        return {"logits": self.out(torch.cat([near, far], 1)), "features": far}


class RoadLoss(nn.Module):
    def __init__(self):
        super().__init__()
        self.bce = nn.BCEWithLogitsLoss(pos_weight=torch.tensor(2.0))

    def forward(self, out, png):
        return self.bce(out["logits"].squeeze(1), png.float())


def program(v: Variation) -> Program:
    png = torch.zeros(v.rows, 12, 12, dtype=torch.uint8)
    row, column = torch.randint(1, 11, (2, v.rows))
    here = torch.arange(v.rows)
    png[here, row] = 255
    png[here, :, column] = 255
    tile = (png / 255).unsqueeze(1) + 0.4 * torch.randn(v.rows, 1, 12, 12)
    return Program(Dilated(v.width // 4), RoadLoss(), tile, png)
