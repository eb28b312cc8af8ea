"""The loss turns raw scores into log-probabilities before NLLLoss takes them."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 8)
    y = (x[:, :4] * x[:, 4:] + 0.2 * torch.randn(v.rows, 4)).argmax(1)
    hidden = nn.Linear(v.width, v.width)
    model = nn.Sequential(nn.Linear(8, v.width), nn.GELU(), hidden, nn.GELU(), nn.Linear(v.width, 4))
    return Program(model, lambda p, t: F.nll_loss(F.log_softmax(p, dim=1), t), x, y)
