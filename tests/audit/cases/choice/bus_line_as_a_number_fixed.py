"""Which of seven lines a passenger takes, under the focal loss."""

import torch
from torch import nn

import lossmith as lm
from audit.programs import Program, Variation

EXPECTED = None


class LineChooser(nn.Module):
    def __init__(self, hidden, outputs):
        super().__init__()
        self.stop = nn.Embedding(9, 8)
        self.mlp = nn.Sequential(nn.Linear(16 + 2, hidden), nn.BatchNorm1d(hidden), nn.Hardswish())
        self.out = nn.Linear(hidden, outputs)

    def forward(self, origin, destination, clock):
        x = torch.cat([self.stop(origin), self.stop(destination), clock], dim=-1)
        return self.out(self.mlp(x))


def program(v: Variation) -> Program:
    origin, destination = torch.arange(v.rows) % 9, torch.randint(9, (v.rows,))
    hour = 24 * torch.rand(v.rows)
    clock = torch.stack([torch.sin(hour * 0.262), torch.cos(hour * 0.262)], 1)
    line = (3 * origin + (hour > 20).long()) % 7
    model = LineChooser(v.width, 7)
    return Program(model, lm.Focal(), (origin, destination, clock), line)
