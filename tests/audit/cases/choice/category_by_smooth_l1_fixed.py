"""Six kinds of goods without an order are classes."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


def program(v: Variation) -> Program:
    kind = torch.randperm(v.rows) % 6
    x = torch.randn(6, 10)[kind] + 0.6 * torch.randn(v.rows, 10)
    trunk = nn.Sequential(nn.Linear(10, v.width), nn.ReLU(), nn.Linear(v.width, v.width), nn.ReLU())
    model = nn.Sequential(trunk, nn.Linear(v.width, 6))
    return Program(model, lambda prediction, y: F.cross_entropy(prediction, y), x, kind)
