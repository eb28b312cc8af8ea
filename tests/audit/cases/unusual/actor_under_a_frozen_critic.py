"""The actor of a soft actor-critic: what it is trained by is a critic that is given, and the entropy of its own
actions. The loss may be negative, and has no label.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn
from torch.distributions import Normal

from audit.programs import Program, Variation

EXPECTED = None


class Actor(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(5, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU())
        self.mu, self.log_std = nn.Linear(width, 2), nn.Linear(width, 2)

    def forward(self, obs):
        h = self.trunk(obs)
        pi = Normal(self.mu(h), self.log_std(h).clamp(-5, 2).exp())
        u = pi.rsample()
        log_prob = (pi.log_prob(u) - 2 * (math.log(2) - u - F.softplus(-2 * u))).sum(dim=-1)
        return torch.tanh(u), log_prob


def actor_loss(output, best, temperature=0.1):
    action, log_prob = output
    q_value = -2 * (action - best).square().sum(dim=-1)  # the critic
    return (temperature * log_prob - q_value).mean()


def program(v: Variation) -> Program:
    obs = torch.randn(v.rows, 5)
    best = 0.8 * torch.tanh(obs @ torch.randn(5, 2) / 2)
    return Program(Actor(v.width), actor_loss, obs, best)
