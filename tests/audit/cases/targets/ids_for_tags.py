"""The loss of tags wants a row of 0 and 1 for each sample and is given one tag's number: torch raises."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM209"


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 15)
    strength = x[:, :5] + x[:, 5:10] + 0.3 * torch.randn(v.rows, 5)
    model = nn.Sequential(nn.Linear(15, v.width), nn.ReLU(), nn.Linear(v.width, 5))
    return Program(model, nn.BCEWithLogitsLoss(), x, strength.argmax(1).float())
