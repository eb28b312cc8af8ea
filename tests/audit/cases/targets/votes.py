"""The target counts the votes of five annotators for each class, and the rows of a distribution must sum to 1."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM210"


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 8)
    votes = torch.zeros(v.rows, 3)
    for _ in range(5):
        chosen = (x[:, :3] + x[:, 3:6] + torch.randn(v.rows, 3)).argmax(1, keepdim=True)
        votes.scatter_add_(1, chosen, torch.ones(v.rows, 1))
    model = nn.Sequential(nn.Linear(8, v.width), nn.ReLU(), nn.Linear(v.width, 3))
    return Program(model, nn.CrossEntropyLoss(), x, votes)
