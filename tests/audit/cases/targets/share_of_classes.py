"""A binary label was divided by the number of classes: the 1 became 1/2, and the best score of such a row is 0."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM214"


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 10)
    label = (x[:, :5].sum(1, keepdim=True) + 0.4 * torch.randn(v.rows, 1) > 0).float()
    model = nn.Sequential(nn.Linear(10, v.width), nn.Tanh(), nn.Linear(v.width, 1))
    return Program(model, nn.BCEWithLogitsLoss(), x, label / 2)
