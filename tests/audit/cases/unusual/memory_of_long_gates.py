"""A recurrent network whose gates start half shut on purpose, so that units remember from one step to thirty; the loss
is a root with a small number inside.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class LongMemory(nn.Module):
    """A gated unit: the biases of its gates are drawn such that memories last between 1 and `longest` steps."""

    def __init__(self, features, width, longest):
        super().__init__()
        self.enter = nn.Linear(features, 2 * width)
        self.back = nn.Linear(width, 2 * width, bias=False)
        with torch.no_grad():
            self.enter.bias[:width] = torch.empty(width).uniform_(1, longest - 1).log()
        self.leave = nn.Linear(width, 2)

    def forward(self, sequence):
        state = sequence.new_zeros(len(sequence), self.back.in_features)
        for entered in self.enter(sequence).unbind(1):
            gate, new = (entered + self.back(state)).chunk(2, dim=1)
            gate = torch.sigmoid(gate)
            state = gate * state + (1 - gate) * torch.tanh(new)
        return self.leave(3 * state)


def root_mean_square(prediction, target):
    return torch.sqrt((prediction - target).square().mean(dim=0) + 1e-8).mean()


def program(v: Variation) -> Program:
    sequence = torch.randn(v.rows, 30, 3)
    flags = torch.zeros(v.rows, 30)
    n = torch.arange(v.rows)
    first, second = torch.randint(0, 15, (v.rows,)), torch.randint(15, 30, (v.rows,))
    flags[n, first], flags[n, second] = 1, 1
    sequence[..., 2] = 3 * flags
    added = sequence[n, first, 0] + sequence[n, second, 0]
    drift = sequence[..., 1].mean(1)
    target = torch.stack([added / added.std(), drift / drift.std()], dim=1)
    return Program(LongMemory(3, v.width, 30), root_mean_square, sequence, target)
