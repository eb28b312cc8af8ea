"""A policy's ratio is clipped as in PPO.

The clamp cuts the gradient where that is meant, and the loss is below 0 as often as above.
"""

import math

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


def clipped(scores, target):
    action, old, advantage = target
    ratio = torch.exp(scores.log_softmax(1).gather(1, action[:, None]).squeeze(1) - old)
    return -torch.minimum(ratio * advantage, ratio.clamp(0.8, 1.2) * advantage).mean()


def program(v: Variation) -> Program:
    state = torch.randn(v.rows, 8)
    model = nn.Sequential(nn.Linear(8, v.width), nn.Tanh(), nn.Linear(v.width, 3))
    action = torch.randint(3, (v.rows,))
    old = torch.full((v.rows,), -math.log(3))
    advantage = state.gather(1, action[:, None]).squeeze(1) + 0.2 * torch.randn(v.rows)
    advantage = (advantage - advantage.mean()) / advantage.std()
    return Program(model, clipped, state, (action, old, advantage))
