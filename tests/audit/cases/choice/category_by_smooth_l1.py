"""Six kinds of goods without an order, numbered 0 to 5, are fitted as a number."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM701"


def program(v: Variation) -> Program:
    kind = torch.randperm(v.rows) % 6
    x = torch.randn(6, 10)[kind] + 0.6 * torch.randn(v.rows, 10)
    trunk = nn.Sequential(nn.Linear(10, v.width), nn.ReLU(), nn.Linear(v.width, v.width), nn.ReLU())
    model = nn.Sequential(trunk, nn.Linear(v.width, 1))
    return Program(model, lambda prediction, y: F.smooth_l1_loss(prediction[:, 0], y), x, kind.float())
