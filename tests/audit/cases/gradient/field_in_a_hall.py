"""The magnetic field in a hall, as the slope of a potential: the network's own Gaussian keeps its slope from the
forward pass, a constant to autograd, so that the field's own slopes come out wrong.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM805"


class Gaussian(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        y = torch.exp(-x.square() / 2)
        ctx.slope = -x * y
        return y

    @staticmethod
    def backward(ctx, gradient):
        return gradient * ctx.slope


class MagneticMap(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.inner = nn.Linear(3, width)
        self.potential = nn.Linear(width, 1)

    def forward(self, place):
        with torch.enable_grad():
            place = place.detach().requires_grad_()
            h = Gaussian.apply(self.inner(place))
            potential = self.potential(h)
            (slope,) = torch.autograd.grad(potential.sum(), place, create_graph=True)
        return -slope, potential


class SensorLoss(nn.Module):
    """A sensor that is noisier counts for less; the potential, free up to a constant, is kept around 0."""

    def forward(self, output, target):
        field, potential = output
        measured, noise = target
        weight = noise.pow(-2)
        error = (weight * (field - measured).square().sum(dim=1)).sum() / weight.sum()
        return error + 0.1 * potential.mean().square()


def program(v: Variation) -> Program:
    place = 2 * torch.rand(v.rows, 3) - 1
    coil = torch.tensor([[2.0, 0.5, 0.0], [-1.0, -2.0, 0.5], [0.0, 1.0, -2.0]])
    away = place.unsqueeze(1) - coil
    field = (away * torch.tensor([1.0, -1.5, 1.0]).view(3, 1) / away.norm(dim=2, keepdim=True) ** 3).sum(dim=1)
    noise = torch.where(torch.rand(v.rows) < 0.5, 0.1, 0.2)
    field = (field - field.mean(dim=0)) / field.std() + noise.unsqueeze(1) * torch.randn(v.rows, 3)
    return Program(MagneticMap(v.width), SensorLoss(), place, (field, noise))
