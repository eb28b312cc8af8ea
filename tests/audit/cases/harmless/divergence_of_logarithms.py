"""With log_target, both arguments of KLDivLoss are logarithms, and batchmean takes the mean over rows."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 8)
    shares = (x[:, :4] + x[:, 4:] + 0.3 * torch.randn(v.rows, 4)).log_softmax(1)
    model = nn.Sequential(nn.Linear(8, v.width), nn.ReLU(), nn.Linear(v.width, 4), nn.LogSoftmax(dim=1))
    return Program(model, nn.KLDivLoss(reduction="batchmean", log_target=True), x, shares)
