"""Ages from gaits: besides the error of each, every pair of persons shall stand in the right order and apart, for
which columns meet rows on purpose."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class GaitNetwork(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.steps = nn.Conv1d(4, width, 5, padding=2)
        self.query = nn.Parameter(torch.randn(width) / width**0.5)
        self.age = nn.Linear(width, 1)

    def forward(self, steps):
        h = F.silu(self.steps(steps)).transpose(1, 2)
        attention = (h @ self.query).softmax(1)
        return self.age((attention.unsqueeze(2) * h).sum(1))


class ErrorAndOrder(nn.Module):
    def __init__(self, order_weight=0.5):
        super().__init__()
        self.order_weight = order_weight

    def forward(self, score, age):
        error = (score.squeeze(1) - age).square().mean()
        apart = score - score.T
        older = (age.unsqueeze(1) - age.unsqueeze(0)).sign()
        pairs = F.softplus(-older * apart)[older != 0]
        return error + self.order_weight * pairs.mean()


def program(v: Variation) -> Program:
    age = torch.randn(v.rows)
    phase = 6.2832 * torch.rand(v.rows, 1) + 0.8 * torch.arange(16)
    swing = torch.stack([torch.sin(phase + k) for k in range(4)], 1) * (1 - 0.3 * age.view(-1, 1, 1))
    steps = swing + 0.2 * torch.randn(v.rows, 4, 16) + 0.4 * age.view(-1, 1, 1)
    return Program(GaitNetwork(v.width), ErrorAndOrder(), steps, age)
