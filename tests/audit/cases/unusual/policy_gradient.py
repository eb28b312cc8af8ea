"""Minus the log-probability of what was done, times how good it was.

Below 0 as often as above, and no distance to a target.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


def reinforce(scores, target):
    action, advantage = target
    return (advantage * F.cross_entropy(scores, action, reduction="none")).mean()


def program(v: Variation) -> Program:
    state = torch.randn(v.rows, 6)
    action = torch.randint(4, (v.rows,))
    reward = state[torch.arange(v.rows), action] + 0.3 * torch.randn(v.rows)
    model = nn.Sequential(nn.Linear(6, v.width), nn.Tanh(), nn.Linear(v.width, 4))
    return Program(model, reinforce, state, (action, reward - reward.mean()))
