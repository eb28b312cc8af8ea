"""A ship in a satellite's picture, its kind and its box: the overlap in the loss is the evaluation's, which runs
without gradients, and the box is never learned.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM801"


def corners(box):
    centre, size = box.chunk(2, dim=-1)
    return torch.cat([centre - size / 2, centre + size / 2], dim=-1)


def area(box):
    return (box[..., 2:] - box[..., :2]).clamp(min=0).prod(dim=-1)


@torch.no_grad()
def generalised_overlap(a, b):
    a, b = corners(a), corners(b)
    common = torch.cat([torch.maximum(a[..., :2], b[..., :2]), torch.minimum(a[..., 2:], b[..., 2:])], dim=-1)
    hull = torch.cat([torch.minimum(a[..., :2], b[..., :2]), torch.maximum(a[..., 2:], b[..., 2:])], dim=-1)
    union = area(a) + area(b) - area(common)
    return area(common) / union - (area(hull) - union) / area(hull)


class Ships(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(1, 8, 3, stride=2, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(8 * 36, width), nn.ReLU()
        )
        self.kind, self.box = nn.Linear(width, 3), nn.Linear(width, 4)

    def forward(self, picture):
        h = self.body(picture)
        return self.kind(h), torch.sigmoid(self.box(h))


class DetectionLoss(nn.Module):
    def forward(self, output, target):
        kind, box = output
        classification = F.cross_entropy(kind, target["kind"])
        localisation = (1 - generalised_overlap(box, target["box"])).mean()
        return classification + 2.0 * localisation


def program(v: Variation) -> Program:
    kind = torch.arange(v.rows) % 3
    box = torch.cat([0.35 + 0.3 * torch.rand(v.rows, 2), 0.25 + 0.35 * torch.rand(v.rows, 2)], dim=1)
    grid = (torch.arange(12) + 0.5) / 12
    inside = ((grid - box[:, :2, None]).abs() < box[:, 2:, None] / 2).float()
    shape = inside[:, 1, :, None] * inside[:, 0, None, :]
    picture = shape * torch.tensor([-1.0, 1.0, 2.5])[kind].view(-1, 1, 1) + 0.2 * torch.randn(v.rows, 12, 12)
    return Program(Ships(v.width), DetectionLoss(), picture.unsqueeze(1), {"kind": kind, "box": box})
