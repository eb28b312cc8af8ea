"""A stiff equation is followed in steps that are too long.

Each multiplies an error by -3, and twenty of them the gradient by 3²⁰.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM807"

STEPS = 20


class Relaxation(nn.Module):
    def __init__(self, width, step):
        super().__init__()
        self.step = step
        self.source = nn.Sequential(nn.Linear(4, width), nn.Tanh(), nn.Linear(width, 4))

    def forward(self, state):
        source = self.source(state)
        for _ in range(STEPS):
            state = state + self.step * (source - 5 * state)
        return state


def program(v: Variation) -> Program:
    state = torch.randn(v.rows, 4)
    rest = torch.tanh(state + state.roll(1, 1)) / 2 + 0.05 * torch.randn(v.rows, 4)
    return Program(Relaxation(v.width, step=0.8), nn.MSELoss(), state, rest)
