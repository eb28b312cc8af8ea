"""Several tags hold at once, each with a sigmoid of its own."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 16)
    tags = (x[:, :6] + 0.5 * x[:, 6:12] + 0.3 * torch.randn(v.rows, 6) > 0.3).float()
    model = nn.Sequential(nn.Linear(16, v.width), nn.ReLU(), nn.Linear(v.width, 6))
    return Program(model, nn.BCEWithLogitsLoss(), x, tags)
