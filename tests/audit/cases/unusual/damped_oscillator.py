"""A physics-informed network: the loss is the residual of an equation with second derivatives, and the start of the
motion. There is no target.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Motion(nn.Module):
    """Place, speed and acceleration at some times: the last two are derivatives of the first."""

    def __init__(self, width):
        super().__init__()
        layers = nn.Linear(1, width), nn.Tanh(), nn.Linear(width, width), nn.Tanh(), nn.Linear(width, 1)
        self.place = nn.Sequential(*layers)

    def forward(self, time):
        with torch.enable_grad():
            time = time.detach().requires_grad_()
            x = self.place(time)
            (speed,) = torch.autograd.grad(x.sum(), time, create_graph=True)
            (acceleration,) = torch.autograd.grad(speed.sum(), time, create_graph=True)
        return x, speed, acceleration


def residual(motion, target):
    x, speed, acceleration = motion
    equation = acceleration + 0.4 * speed + 4 * x
    start = (x[0] - 1).square().sum() + speed[0].square().sum()
    return equation.square().mean() + 10 * start


def program(v: Variation) -> Program:
    time = torch.cat([torch.zeros(1, 1), 3 * torch.rand(v.rows - 1, 1)])
    return Program(Motion(v.width), residual, time, None)
