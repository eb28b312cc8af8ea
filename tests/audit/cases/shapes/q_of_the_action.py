"""The Q of the action that was taken is gathered as (N, 1), and the Bellman targets are (N,)."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM301"


GAMMA = 0.9


class DQN(nn.Module):
    def __init__(self, n_observations, n_actions, hidden):
        super().__init__()
        self.layer1 = nn.Linear(n_observations, hidden)
        self.layer2 = nn.Linear(hidden, hidden)
        self.layer3 = nn.Linear(hidden, n_actions)

    def forward(self, state, action):
        x = F.relu(self.layer1(state))
        x = F.relu(self.layer2(x))
        return self.layer3(x).gather(1, action.unsqueeze(1))


def program(v: Variation) -> Program:
    state = torch.randn(v.rows, 4)
    action = torch.randint(3, (v.rows,))
    with torch.no_grad():
        next_state = state + 0.1 * torch.randn_like(state)
        next_values = torch.stack([next_state[:, 0], next_state[:, 1], -next_state[:, 2]], 1).max(1).values
        reward = torch.where(action == 0, state[:, 0], state[:, 3].tanh()) + 0.1 * torch.randn(v.rows)
    policy_net = DQN(4, 3, v.width)
    return Program(policy_net, F.smooth_l1_loss, (state, action), reward + GAMMA * next_values)
