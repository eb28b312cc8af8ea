"""The target is the share of five annotators' votes for each class."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 8)
    votes = torch.zeros(v.rows, 3)
    for _ in range(5):
        chosen = (x[:, :3] + x[:, 3:6] + torch.randn(v.rows, 3)).argmax(1, keepdim=True)
        votes.scatter_add_(1, chosen, torch.ones(v.rows, 1))
    model = nn.Sequential(nn.Linear(8, v.width), nn.ReLU(), nn.Linear(v.width, 3))
    return Program(model, nn.CrossEntropyLoss(), x, votes / 5)
