"""A detector's classes stand in the last axis of (N, anchors, classes), and softmax runs over axis 1: the anchors
compete.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM107"


class Detector(nn.Module):
    """Nine cells of a 12x12 image, each with three classes and background."""

    def __init__(self, width):
        super().__init__()
        self.backbone = nn.Sequential(nn.Conv2d(1, width, 4, stride=4), nn.SiLU())
        self.classes = nn.Conv2d(width, 4, 1)
        self.softmax = nn.Softmax(dim=1)

    def forward(self, image):
        scores = self.classes(self.backbone(image)).flatten(2).transpose(1, 2)
        return self.softmax(scores)


def detection_loss(probs, classes):
    picked = probs.gather(2, classes.unsqueeze(2)).squeeze(2)
    return -torch.log(picked + 1e-8).mean()


def program(v: Variation) -> Program:
    stamps = torch.randn(4, 4, 4)
    stamps[0] = 0
    classes = torch.randint(4, (v.rows, 9)) * (torch.rand(v.rows, 9) < 0.8)
    cells = stamps[classes].view(v.rows, 3, 3, 4, 4).transpose(2, 3).reshape(v.rows, 1, 12, 12)
    return Program(Detector(v.width), detection_loss, cells + 0.4 * torch.randn_like(cells), classes)
