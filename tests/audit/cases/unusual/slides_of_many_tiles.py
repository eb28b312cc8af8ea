"""A slide is ill if one of its tiles is: scores of tiles are pooled by a smooth maximum, and only the slide has a
label.
"""

import math

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class SlideNet(nn.Module):
    def __init__(self, width, sharpness=3.0):
        super().__init__()
        self.tile = nn.Sequential(nn.Linear(10, width), nn.ReLU6(), nn.Linear(width, 1))
        self.sharpness = sharpness

    def forward(self, tiles):
        s = self.sharpness * self.tile(tiles).squeeze(-1)
        return (s.logsumexp(dim=1) - math.log(s.shape[1])) / self.sharpness


def program(v: Variation) -> Program:
    ill = (torch.rand(v.rows) < 0.4).float()
    tiles = torch.randn(v.rows, 12, 10)
    sick = torch.rand(v.rows, 12).argsort(dim=1) < 3
    tiles[..., :3] += 1.5 * (sick & (ill == 1).unsqueeze(1)).unsqueeze(-1)
    return Program(SlideNet(v.width), nn.BCEWithLogitsLoss(), tiles, ill)
