"""A hinge wants a side, -1 or 1, and is given the return of a share: a loss of 2 % has no margin to be met."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM702"


class TemporalConvNet(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv1d(4, channels, 3, dilation=1), nn.ReLU(), nn.Conv1d(channels, channels, 3, dilation=2), nn.ReLU()
        )
        self.linear = nn.Linear(channels, 1)

    def forward(self, history):
        return self.linear(self.net(history)[:, :, -1]).view(-1)


def hinge(score, returns):
    side = returns
    return torch.mean(torch.clamp(1 - score * side, min=0))


def program(v: Variation) -> Program:
    history = torch.randn(v.rows, 4, 16)
    momentum = history[:, 0, -6:].mean(1) - history[:, 1, -3:].mean(1)
    returns = momentum / momentum.std() + 0.5 * torch.randn(v.rows)
    return Program(TemporalConvNet(v.width), hinge, history, returns)
