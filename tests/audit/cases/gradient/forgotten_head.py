"""Two heads, and the loss reads one of them: the other is never trained."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM804"


class TwoHeads(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(10, width), nn.ReLU())
        self.kind = nn.Linear(width, 3)
        self.size = nn.Linear(width, 1)

    def forward(self, x):
        h = self.trunk(x)
        return {"kind": self.kind(h), "size": self.size(h)}


def loss(prediction, target):
    kind = F.cross_entropy(prediction["kind"], target["kind"])
    return kind


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 10)
    kind = (2 * x[:, :3] + 0.5 * torch.randn(v.rows, 3)).argmax(1)
    size = torch.tanh(x[:, 3:4] - x[:, 4:5]) + 0.1 * torch.randn(v.rows, 1)
    return Program(TwoHeads(v.width), loss, x, {"kind": kind, "size": size})
