"""The model of a robot says a mean and a spread, and the Gaussian likelihood reads both."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Dynamics(nn.Module):
    def __init__(self, state, action, width):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(state + action, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU())
        self.mean = nn.Linear(width, state)
        self.spread = nn.Linear(width, state)

    def forward(self, state, action):
        h = self.trunk(torch.cat((state, action), -1))
        return {"mean": state + self.mean(h), "std": 0.05 + F.softplus(self.spread(h))}


def transition_loss(out, after):
    error = after - out["mean"]
    return (0.5 * (error / out["std"]).square() + out["std"].log()).sum(-1).mean()


def program(v: Variation) -> Program:
    state, action = torch.randn(v.rows, 4), torch.randn(v.rows, 2)
    jitter = 0.1 * (1 + action[:, :1].abs()) * torch.randn(v.rows, 4)
    after = state + 0.5 * torch.tanh(action @ torch.randn(2, 4)) + jitter
    return Program(Dynamics(4, 2, v.width), transition_loss, (state, action), after)
