"""A shape by its signed distance, whose slope is to be 1: the bump that the network uses for an activation keeps a
slope that is constant to the second derivative.
"""

import torch
from torch import nn
from torch.autograd import Function

from audit.programs import Program, Variation

EXPECTED = "LM805"


class Bump(Function):
    """exp(-x^2 / 2), in one pass."""

    @staticmethod
    def forward(ctx, x):
        y = torch.exp(-0.5 * x * x)
        ctx.save_for_backward(x, y)
        ctx.slope = -x * y
        return y

    @staticmethod
    def backward(ctx, grad):
        return grad * ctx.slope


class Shape(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.directions = nn.Parameter(1.5 * torch.randn(2, width))
        self.offsets = nn.Parameter(torch.randn(width))
        self.outer = nn.Linear(width, 1)

    def forward(self, points):
        with torch.enable_grad():
            points = points.detach().requires_grad_()
            distance = self.outer(Bump.apply(points @ self.directions + self.offsets))
            normal = torch.autograd.grad(distance, points, torch.ones_like(distance), create_graph=True)[0]
        return distance.squeeze(-1), normal


def igr_loss(output, truth):
    distance, normal = output
    eikonal = (normal.norm(dim=-1) - 1).square().mean()
    return (distance - truth).abs().mean() + eikonal


def program(v: Variation) -> Program:
    points = 2 * torch.rand(v.rows, 2) - 1
    circle = points.norm(dim=1) - 0.5
    return Program(Shape(v.width), igr_loss, points, circle + 0.01 * torch.randn(v.rows))
