"""One column of demands meets a grid of nine quantiles on purpose: the loss gives each its axis before it subtracts."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


LEVELS = torch.arange(1, 10) / 10


class Demand(nn.Module):
    """Steps between quantiles are positive, so that they never cross."""

    def __init__(self, width):
        super().__init__()
        self.history = nn.GRU(1, width, batch_first=True)
        self.lowest = nn.Linear(width, 1)
        self.steps = nn.Linear(width, len(LEVELS) - 1)

    def forward(self, history):
        last = self.history(history.unsqueeze(2))[1][0]
        steps = nn.functional.softplus(self.steps(last) - 1.5)
        return torch.cat([self.lowest(last), steps], 1).cumsum(1)


def pinball_grid(quantiles, demand):
    below = demand[:, None] - quantiles
    return torch.where(below > 0, LEVELS * below, (LEVELS - 1) * below).sum(1).mean()


def program(v: Variation) -> Program:
    history = torch.randn(v.rows, 1) + 0.3 * torch.randn(v.rows, 8)
    demand = history.mean(1) + (0.3 + 0.2 * history[:, 0].abs()) * torch.randn(v.rows)
    return Program(Demand(v.width), pinball_grid, history, demand)
