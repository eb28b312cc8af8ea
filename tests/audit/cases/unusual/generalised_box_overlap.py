"""Boxes under the generalised overlap, which has a slope for boxes apart as well."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


def box_area(boxes):
    return (boxes[..., 2] - boxes[..., 0]) * (boxes[..., 3] - boxes[..., 1])


def giou_loss(pred, target):
    lt, rb = torch.max(pred[..., :2], target[..., :2]), torch.min(pred[..., 2:], target[..., 2:])
    inter = (rb - lt).clamp(min=0).prod(-1)
    union = box_area(pred) + box_area(target) - inter
    lt, rb = torch.min(pred[..., :2], target[..., :2]), torch.max(pred[..., 2:], target[..., 2:])
    hull = (rb - lt).prod(-1)
    giou = inter / (union + 1e-7) - (hull - union) / (hull + 1e-7)
    return (1 - giou).mean()


class QueryBoxes(nn.Module):
    """Two queries look for the two objects; boxes come out as centre and size, in shares of the image."""

    def __init__(self, hidden):
        super().__init__()
        self.memory = nn.Linear(10, 16)
        self.queries = nn.Parameter(torch.randn(2, 16))
        self.cross_attn = nn.MultiheadAttention(16, 2, batch_first=True)
        self.bbox_embed = nn.Sequential(nn.Linear(26, hidden), nn.ReLU(), nn.Linear(hidden, 4))

    def forward(self, regions):
        memory = self.memory(regions)
        found, _ = self.cross_attn(self.queries.expand(len(regions), -1, -1), memory, memory)
        box = self.bbox_embed(torch.cat([found, regions[:, :2]], dim=2)).sigmoid()
        centre, size = box[..., :2], box[..., 2:] + 0.02
        return torch.cat([centre - size / 2, centre + size / 2], dim=-1)


def program(v: Variation) -> Program:
    regions = torch.randn(v.rows, 5, 10)
    centre = 0.5 + 0.2 * torch.tanh(regions[:, :2, :2])
    size = 0.1 + 0.2 * F.sigmoid(regions[:, :2, 2:4])
    boxes = torch.cat([centre - size / 2, centre + size / 2], dim=-1)
    return Program(QueryBoxes(v.width), giou_loss, regions, boxes)
