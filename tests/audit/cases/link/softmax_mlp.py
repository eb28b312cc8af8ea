"""Softmax in front of cross-entropy, which applies its own: the loss cannot fall below log(1 + (C - 1)/e).

Source: https://github.com/Lightning-Universe/lightning-bolts/issues/654
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM101"


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 12)
    y = (x[:, :4] + 0.3 * torch.randn(v.rows, 4)).argmax(1)
    model = nn.Sequential(nn.Linear(12, v.width), nn.ReLU(), nn.Linear(v.width, 4), nn.Softmax(dim=1))
    return Program(model, nn.CrossEntropyLoss(), x, y)
