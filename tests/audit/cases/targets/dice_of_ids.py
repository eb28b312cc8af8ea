"""A Dice of several classes multiplies each class's probabilities by the map of ids, where it wants the class's own
mask.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM209"


class Organs(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.pool = nn.Sequential(nn.Conv2d(1, width // 4, 3, padding=1), nn.ReLU(), nn.AvgPool2d(2))
        self.deep = nn.Sequential(nn.Conv2d(width // 4, width // 2, 3, padding=1), nn.ReLU())
        self.out = nn.Conv2d(width // 2, 3, 1)

    def forward(self, ct):
        scores = F.interpolate(self.out(self.deep(self.pool(ct))), size=ct.shape[-2:], mode="bilinear")
        return F.softmax(scores, dim=1)


def multiclass_dice(probs, ids):
    target = ids.unsqueeze(1).float()
    intersection = (probs * target).sum(dim=(0, 2, 3))
    cardinality = (probs + target).sum(dim=(0, 2, 3))
    return 1 - ((2 * intersection + 1) / (cardinality + 1)).mean()


def program(v: Variation) -> Program:
    ids = torch.randint(3, (v.rows, 3, 3)).repeat_interleave(4, 1).repeat_interleave(4, 2)
    ct = (ids - 1.0).unsqueeze(1) + 0.4 * torch.randn(v.rows, 1, 12, 12)
    return Program(Organs(v.width), multiclass_dice, ct, ids)
