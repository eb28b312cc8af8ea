"""KLDivLoss by default takes the mean over rows and classes: it is the divergence divided by the number of classes.

Source: https://github.com/pytorch/pytorch/issues/6622
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM403"


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 12)
    topics = (x[:, :6] + x[:, 6:] + 0.3 * torch.randn(v.rows, 6)).softmax(1)
    model = nn.Sequential(nn.Linear(12, v.width), nn.ReLU(), nn.Linear(v.width, 6), nn.LogSoftmax(dim=1))
    return Program(model, nn.KLDivLoss(), x, topics)
