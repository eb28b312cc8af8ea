"""Two heads in a dict, a class and an amount, and a weighted sum of their losses."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class TwoTasks(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(12, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU())
        self.heads = nn.ModuleDict({"kind": nn.Linear(width, 4), "amount": nn.Linear(width, 1)})

    def forward(self, x):
        h = self.trunk(x)
        return {name: head(h) for name, head in self.heads.items()}


class WeightedSum(nn.Module):
    def __init__(self):
        super().__init__()
        self.kind, self.amount = nn.CrossEntropyLoss(), nn.SmoothL1Loss()

    def forward(self, prediction, target):
        amount = self.amount(prediction["amount"].squeeze(1), target["amount"])
        return self.kind(prediction["kind"], target["kind"]) + 0.5 * amount


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 12)
    kind = (2 * x[:, :4] + 0.4 * torch.randn(v.rows, 4)).argmax(1)
    amount = torch.sin(x[:, 4]) + 0.5 * x[:, 5] + 0.1 * torch.randn(v.rows)
    return Program(TwoTasks(v.width), WeightedSum(), x, {"kind": kind, "amount": amount})
