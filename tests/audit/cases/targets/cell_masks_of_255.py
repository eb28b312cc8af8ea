"""PNG masks of cells have 255 for a cell; as floats they go into a sum of binary cross-entropy and Dice, which want
1.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM207"


class BCEDice(nn.Module):
    def __init__(self):
        super().__init__()
        self.bce = nn.BCEWithLogitsLoss()

    def forward(self, logits, masks):
        p = logits.sigmoid().flatten(1)
        m = masks.flatten(1)
        dice = (2 * (p * m).sum(1) + 1) / (p.sum(1) + m.sum(1) + 1)
        return self.bce(logits, masks) + 1 - dice.mean()


class FPN(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.c1 = nn.Sequential(nn.Conv2d(1, c, 3, padding=1), nn.GroupNorm(2, c), nn.SiLU())
        self.c2 = nn.Sequential(nn.Conv2d(c, c, 3, stride=2, padding=1), nn.GroupNorm(2, c), nn.SiLU())
        self.lateral = nn.Conv2d(c, c, 1)
        self.predict = nn.Conv2d(c, 1, 3, padding=1)

    def forward(self, x):
        fine = self.c1(x)
        coarse = self.c2(fine)
        return self.predict(self.lateral(fine) + F.interpolate(coarse, scale_factor=2, mode="nearest"))


def program(v: Variation) -> Program:
    smooth = F.avg_pool2d(torch.randn(v.rows, 1, 18, 18), 3, stride=1)
    png = torch.where(smooth > 0.2, 255, 0).to(torch.uint8)
    microscope = smooth * 3 + 0.3 * torch.randn_like(smooth)
    masks = png.float()
    return Program(FPN(v.width // 4), BCEDice(), microscope, masks)
