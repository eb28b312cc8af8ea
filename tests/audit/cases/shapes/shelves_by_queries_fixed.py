"""Goods of six kinds in the six places of a shelf, and their boxes, from queries."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class ShelfDetector(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.patches = nn.Linear(12, width)
        self.queries = nn.Parameter(torch.randn(6, width))
        self.look = nn.MultiheadAttention(width, 2, batch_first=True)
        self.mix = nn.Conv1d(width, width, 1)
        self.kinds = nn.Conv1d(width, 6, 1)
        self.boxes = nn.Conv1d(width, 4, 1)

    def forward(self, patches):
        memory = torch.tanh(self.patches(patches))
        queries = self.queries + memory
        h = queries + self.look(queries, memory, memory, need_weights=False)[0]
        h = F.gelu(self.mix(h.transpose(1, 2)))
        return {"logits": self.kinds(h), "boxes": self.boxes(h).sigmoid()}


def detection_loss(outputs, targets, box_weight=2.0):
    kinds = F.cross_entropy(outputs["logits"], targets["kinds"])
    boxes = F.l1_loss(outputs["boxes"].transpose(1, 2), targets["boxes"])
    return kinds + box_weight * boxes


def program(v: Variation) -> Program:
    kinds = torch.randint(6, (v.rows, 6))
    boxes = 0.2 + 0.6 * torch.rand(v.rows, 6, 4)
    looks, places = torch.randn(6, 12), torch.randn(6, 12)
    patches = looks[kinds] + places + (boxes - 0.5) @ torch.randn(4, 12) + 0.2 * torch.randn(v.rows, 6, 12)
    return Program(ShelfDetector(v.width), detection_loss, patches, {"kinds": kinds, "boxes": boxes})
