"""One minus the overlap of two boxes, whose sides are clamped at 0: boxes that do not touch, most of them at the
start, have no gradient."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM605"


class OneBox(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(1, channels, 5, stride=2), nn.GELU(), nn.Flatten())
        self.box = nn.Linear(channels * 36, 4)

    def forward(self, image):
        t = torch.tanh(self.box(self.features(image)))
        return torch.cat([0.5 + 0.5 * t[:, :2], 0.15 * torch.exp(t[:, 2:])], dim=1)


def corners(box):
    return box[:, :2] - box[:, 2:] / 2, box[:, :2] + box[:, 2:] / 2


def overlap_loss(box, truth):
    low, high = corners(box)
    true_low, true_high = corners(truth)
    sides = (torch.minimum(high, true_high) - torch.maximum(low, true_low)).clamp(min=0)
    shared = sides.prod(dim=1)
    overlap = shared / (box[:, 2:].prod(1) + truth[:, 2:].prod(1) - shared)
    return (1 - overlap).mean()


def program(v: Variation) -> Program:
    centre = 0.15 + 0.7 * torch.rand(v.rows, 2)
    size = 0.1 + 0.15 * torch.rand(v.rows, 2)
    at = (torch.arange(16) + 0.5) / 16
    inside = (torch.sigmoid((size[:, :, None] / 2 - (at - centre[:, :, None]).abs()) * 60)).unbind(1)
    image = inside[1][:, None, :, None] * inside[0][:, None, None, :] + 0.1 * torch.randn(v.rows, 1, 16, 16)
    return Program(OneBox(v.width // 4), overlap_loss, image, torch.cat([centre, size], dim=1))
