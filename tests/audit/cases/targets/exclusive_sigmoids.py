"""Each row has exactly one class, and every class has a sigmoid of its own, as if several could hold."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM212"


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 10)
    y = (x[:, :5] + x[:, 5:] + 0.3 * torch.randn(v.rows, 5)).argmax(1)
    rows = F.one_hot(y, 5).float()
    model = nn.Sequential(nn.Linear(10, v.width), nn.ReLU(), nn.Linear(v.width, 5))
    return Program(model, nn.BCEWithLogitsLoss(), x, rows)
