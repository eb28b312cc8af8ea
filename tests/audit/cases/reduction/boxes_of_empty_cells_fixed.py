"""Is there a cell nucleus in a square of the slide, and what is its box? Boxes are averaged where there is one."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class NucleusDetector(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(3, channels, 2, stride=2), nn.SiLU(), nn.Conv2d(channels, channels, 3, padding=1), nn.SiLU()
        )
        self.head = nn.Conv2d(channels, 5, 1)

    def forward(self, slide):
        out = self.head(self.body(slide))
        return {"objectness": out[:, 0], "box": out[:, 1:]}


class DetectorLoss(nn.Module):
    def __init__(self, box_weight=2.0):
        super().__init__()
        self.box_weight = box_weight
        self.objectness = nn.BCEWithLogitsLoss()

    def forward(self, output, target):
        there = target["there"]
        box = F.smooth_l1_loss(output["box"], target["box"], reduction="none") * there.unsqueeze(1)
        box = box.sum() / (4 * there.sum())
        return self.objectness(output["objectness"], there) + self.box_weight * box


def program(v: Variation) -> Program:
    there = (torch.rand(v.rows, 6, 6) < 0.3).float()
    box = torch.randn(v.rows, 4, 6, 6) * there.unsqueeze(1)
    drawn = torch.einsum("nbhw,bc->nchw", box, torch.randn(4, 12)) / 2
    drawn = drawn + there.unsqueeze(1) * torch.randn(12).view(1, -1, 1, 1) + 0.2 * torch.randn(v.rows, 12, 6, 6)
    return Program(NucleusDetector(v.width), DetectorLoss(), F.pixel_shuffle(drawn, 2), {"there": there, "box": box})
