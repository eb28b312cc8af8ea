"""A ball in a frame: its place is the argmax of a heatmap, an index, through which no gradient reaches the heatmap."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM802"


class BallTracker(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, width // 4, 5, padding=2), nn.Mish())
        self.heat = nn.Conv2d(width // 4, 1, 1)

    def forward(self, frame):
        return {"heatmap": self.heat(self.body(frame)).squeeze(1)}


def place(heatmap):
    h, w = heatmap.shape[-2:]
    peak = heatmap.flatten(1).argmax(dim=1)
    return torch.stack([peak % w / (w - 1), peak // w / (h - 1)], dim=1)


def tracking_loss(output, centre):
    return F.smooth_l1_loss(place(output["heatmap"]), centre, beta=0.1)


def program(v: Variation) -> Program:
    centre = torch.rand(v.rows, 2)
    axis = torch.linspace(0, 1, 12)
    away = (axis.view(1, 1, 12) - centre[:, 0].view(-1, 1, 1)) ** 2 + (
        axis.view(1, 12, 1) - centre[:, 1].view(-1, 1, 1)
    ) ** 2
    ball = torch.exp(-away / 0.01).unsqueeze(1) * torch.tensor([1.0, 0.6, 0.1]).view(1, 3, 1, 1)
    return Program(BallTracker(v.width), tracking_loss, 2 * ball + 0.1 * torch.randn(v.rows, 3, 12, 12), centre)
