"""An actor learns from advantages detached from the critic, which learns from the same returns by a loss of its own."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.distributions import Categorical

from audit.programs import Program, Variation

EXPECTED = None


class ActorCritic(nn.Module):
    def __init__(self, observation, actions, width):
        super().__init__()
        self.shared = nn.Sequential(nn.Linear(observation, width), nn.Tanh())
        self.actor = nn.Linear(width, actions)
        self.critic = nn.Linear(width, 1)

    def forward(self, observation):
        h = self.shared(observation)
        return Categorical(logits=self.actor(h)), self.critic(h).squeeze(-1)


def a2c(out, rollout):
    policy, value = out
    action, returns = rollout
    advantage = (returns - value).detach()
    advantage = (advantage - advantage.mean()) / (advantage.std() + 1e-8)
    actor = -(policy.log_prob(action) * advantage).mean()
    return actor + 0.5 * F.mse_loss(value, returns) - 0.01 * policy.entropy().mean()


def program(v: Variation) -> Program:
    observation = torch.randn(v.rows, 5)
    action = torch.randint(3, (v.rows,))
    returns = observation[torch.arange(v.rows), action] + 0.5 * observation[:, 4] + 0.2 * torch.randn(v.rows)
    return Program(ActorCritic(5, 3, v.width), a2c, observation, (action, returns))
