"""Raw scores into cross-entropy, which applies softmax itself."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 12)
    y = (x[:, :4] + 0.3 * torch.randn(v.rows, 4)).argmax(1)
    model = nn.Sequential(nn.Linear(12, v.width), nn.ReLU(), nn.Linear(v.width, 4))
    return Program(model, nn.CrossEntropyLoss(), x, y)
