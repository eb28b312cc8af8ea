"""Labels that may hold together, each under its own sigmoid, the rare ones weighted."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 14)
    tags = (x[:, :6] + x[:, 6:12] + torch.tensor([0.0, 0.5, -0.5, 0.3, -1.0, -1.5]) > 0).float()
    weight = ((1 - tags).sum(0) + 1) / (tags.sum(0) + 1)
    model = nn.Sequential(nn.Linear(14, v.width), nn.ReLU(), nn.Linear(v.width, 6))
    return Program(model, nn.BCEWithLogitsLoss(pos_weight=weight), x, tags)
