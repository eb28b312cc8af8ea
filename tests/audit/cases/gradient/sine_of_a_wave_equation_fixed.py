"""An own sine takes the cosine in the backward pass, so that the curvature in the loss is right."""

import math

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Sine(torch.autograd.Function):
    """sin(ω x), whose intermediate result is not kept in memory."""

    @staticmethod
    def forward(ctx, x, omega):
        ctx.omega = omega
        ctx.save_for_backward(x)
        return torch.sin(omega * x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * ctx.omega * torch.cos(ctx.omega * x), None


class Siren(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.frequency = nn.Parameter(torch.linspace(0.5, 3, width))
        self.phase = nn.Parameter(torch.randn(width))
        self.second = nn.Linear(width, width)
        self.last = nn.Linear(width, 1, bias=False)

    def field(self, x):
        """What it is at -1 and 1 is known, and built in."""
        inside = self.last(Sine.apply(self.second(Sine.apply(self.frequency * x + self.phase, 1.0)), 2.0))
        return math.sin(2) * x + (1 - x**2) * inside

    def forward(self, x):
        x = x.detach().requires_grad_()
        with torch.enable_grad():
            u = self.field(x)
            (slope,) = torch.autograd.grad(u.sum(), x, create_graph=True)
            (curvature,) = torch.autograd.grad(slope.sum(), x, create_graph=True)
        return u, curvature


def helmholtz(field, measured, k=2.0):
    u, curvature = field
    return (u - measured).square().mean() + 0.02 * (curvature + k**2 * u).square().mean()


def program(v: Variation) -> Program:
    x = 2 * torch.rand(v.rows, 1) - 1
    return Program(Siren(v.width), helmholtz, x, torch.sin(2 * x) + 0.02 * torch.randn(v.rows, 1))
