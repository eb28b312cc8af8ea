"""Log-rates and counts are both (N, 1)."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 6)
    counts = torch.poisson(torch.exp(0.5 + 0.5 * x[:, 0] - 0.4 * x[:, 1]))
    model = nn.Sequential(nn.Linear(6, v.width), nn.Tanh(), nn.Linear(v.width, 1))
    return Program(model, nn.PoissonNLLLoss(log_input=True), x, counts.unsqueeze(1))
