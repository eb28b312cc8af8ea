"""A policy for a cart and its pole: softmax over the actions of each state."""

import torch
from torch import Tensor, nn
from torch.distributions import Categorical

from audit.programs import Program, Variation

EXPECTED = None


class Policy(nn.Module):
    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.affine1 = nn.Linear(4, hidden)
        self.dropout = nn.Dropout(p=0.1)
        self.affine2 = nn.Linear(hidden, 2)

    def forward(self, x: Tensor) -> Tensor:
        x = torch.relu(self.dropout(self.affine1(x)))
        return torch.softmax(self.affine2(x), dim=1)


def finish_episode(probs: Tensor, saved: tuple[Tensor, Tensor]) -> Tensor:
    actions, returns = saved
    returns = (returns - returns.mean()) / (returns.std() + 1e-8)
    return (-Categorical(probs).log_prob(actions) * returns).mean()


def program(v: Variation) -> Program:
    state = torch.randn(v.rows, 4)
    action = torch.randint(2, (v.rows,))
    falls_to = (state[:, 2] + 0.5 * state[:, 3] > 0).long()
    rewards = 10 + 5 * (action == falls_to).float() + torch.randn(v.rows)
    return Program(Policy(v.width), finish_episode, state, (action, rewards))
