"""Values along walks through a maze: the mean runs over the steps before the exit."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Critic(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.view = nn.Linear(8, width)
        self.memory = nn.GRU(width, width, batch_first=True)
        self.value = nn.Linear(width, 1)

    def forward(self, views):
        return self.value(self.memory(torch.relu(self.view(views)))[0]).squeeze(-1)


def value_loss(values, walk):
    gains, done = walk.unbind(dim=-1)
    before_exit = torch.cumprod(1 - done, dim=1)
    return 0.5 * torch.sum(before_exit * (gains - values) ** 2) / before_exit.sum()


def program(v: Variation) -> Program:
    views = torch.randn(v.rows, 16, 8)
    gains = 0.8 * views[..., 0] - 0.6 * views[..., 5] + 0.3 * torch.randn(v.rows, 16)
    exit_at = torch.randint(2, 10, (v.rows, 1))
    done = (torch.arange(16) == exit_at).float()
    return Program(Critic(v.width), value_loss, views, torch.stack([gains, done], dim=-1))
