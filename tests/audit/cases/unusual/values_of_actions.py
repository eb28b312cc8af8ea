"""Q-learning: of all the values of a state only the taken action's is compared, with a target that an older network
gave.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class Dueling(nn.Module):
    def __init__(self, width, actions):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(6, width), nn.ReLU())
        self.value, self.advantage = nn.Linear(width, 1), nn.Linear(width, actions)

    def forward(self, state):
        h = self.body(state)
        advantage = self.advantage(h)
        return self.value(h) + advantage - advantage.mean(dim=1, keepdim=True)


def temporal_difference(q, target):
    action, bootstrapped = target
    taken = q.gather(1, action.unsqueeze(1)).squeeze(1)
    return F.smooth_l1_loss(taken, bootstrapped)


def program(v: Variation) -> Program:
    state, following = torch.randn(v.rows, 6), torch.randn(v.rows, 6)
    action = torch.randint(4, (v.rows,))
    reward = state.gather(1, action[:, None]).squeeze(1) + 0.1 * torch.randn(v.rows)
    older = Dueling(v.width, 4)
    with torch.no_grad():
        ended = torch.rand(v.rows) < 0.1
        bootstrapped = reward + 0.9 * older(following).amax(1) * ~ended
    return Program(Dueling(v.width, 4), temporal_difference, state, (action, bootstrapped))
