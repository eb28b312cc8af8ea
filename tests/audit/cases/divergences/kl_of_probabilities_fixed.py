"""KLDivLoss is given the model's log-probabilities."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 8)
    shares = (1.5 * x[:, :4] + x[:, 4:] + 0.3 * torch.randn(v.rows, 4)).softmax(1)
    model = nn.Sequential(nn.Linear(8, v.width), nn.ReLU(), nn.Linear(v.width, 4), nn.LogSoftmax(dim=1))
    return Program(model, nn.KLDivLoss(reduction="batchmean"), x, shares)
