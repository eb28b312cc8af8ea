"""Cross-entropy takes one logit and a column of 0 and 1 for distributions over one class: it is always 0."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM109"


def program(v: Variation) -> Program:
    images = torch.randn(v.rows, 1, 8, 8)
    images[: v.rows // 2, :, 2:6, 2:6] += 0.8
    y = (torch.arange(v.rows) < v.rows // 2).float().unsqueeze(1)
    head = nn.Linear(4 * v.width, 1)
    model = nn.Sequential(nn.Conv2d(1, v.width, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(2), nn.Flatten(), head)
    return Program(model, nn.CrossEntropyLoss(), images, y)
