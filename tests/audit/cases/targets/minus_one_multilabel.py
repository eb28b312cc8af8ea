"""Absent tags are written as -1, and the binary cross-entropy of tags wants 0."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM206"


def program(v: Variation) -> Program:
    images = torch.randn(v.rows, 3, 8, 8)
    strength = F.adaptive_avg_pool2d(images, 2).flatten(1)[:, :5] + 0.05 * torch.randn(v.rows, 5)
    tags = torch.where(strength > 0, 1.0, -1.0)
    model = nn.Sequential(
        nn.Conv2d(3, v.width, 3, padding=1), nn.ReLU(), nn.AvgPool2d(4), nn.Flatten(), nn.Linear(4 * v.width, 5)
    )
    return Program(model, lambda p, t: F.binary_cross_entropy_with_logits(p, t, pos_weight=torch.ones(5)), images, tags)
