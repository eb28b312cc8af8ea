"""Flow matching: at a time between noise and data, the network says the velocity, which is the data less the noise.

Squares of a random target are what is meant.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Velocity(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.register_buffer("frequency", 2.0 ** torch.arange(4))
        self.net = nn.Sequential(nn.Linear(2 + 8, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU())
        self.out = nn.Linear(width, 2)

    def forward(self, x_t, t):
        phase = t * self.frequency
        return self.out(self.net(torch.cat([x_t, phase.sin(), phase.cos()], dim=1)))


def flow_matching_loss(v_pred, u_t):
    return torch.mean((v_pred - u_t) ** 2)


def program(v: Variation) -> Program:
    moon = 3.14 * torch.rand(v.rows, 1)
    x1 = torch.cat([moon.cos(), moon.sin()], dim=1) + 0.1 * torch.randn(v.rows, 2)
    x0, t = torch.randn(v.rows, 2), torch.rand(v.rows, 1)
    return Program(Velocity(v.width), flow_matching_loss, ((1 - t) * x0 + t * x1, t), x1 - x0)
