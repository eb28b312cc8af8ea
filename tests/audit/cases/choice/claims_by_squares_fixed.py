"""What a claim costs, above 0 and strongly skewed, under a gamma likelihood with a log link."""

import torch
from torch import nn

import lossmith as lm
from audit.programs import Program, Variation

EXPECTED = None


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 8)
    cost = torch.exp(0.7 * x[:, 0] - 0.5 * x[:, 1] + 0.9 * torch.randn(v.rows))
    model = nn.Sequential(nn.Linear(8, v.width), nn.ReLU(), nn.Linear(v.width, 1), nn.Flatten(0))
    return Program(model, lm.Gamma(), x, cost)
