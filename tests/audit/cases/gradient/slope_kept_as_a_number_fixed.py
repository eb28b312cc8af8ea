"""Forces are slopes of the energy.

This activation's backward is made of functions that can be differentiated again.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None

FREQUENCY = 3.0


class Sine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.sin(FREQUENCY * x)

    @staticmethod
    def backward(ctx, gradient):
        (x,) = ctx.saved_tensors
        return gradient * FREQUENCY * torch.cos(FREQUENCY * x)


class Potential(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.first, self.second, self.head = nn.Linear(6, width), nn.Linear(width, width), nn.Linear(width, 1)

    def forward(self, places):
        with torch.enable_grad():
            places = places.clone().requires_grad_()
            h = Sine.apply(self.second(Sine.apply(self.first(places))))
            energy = self.head(h).squeeze(1)
            (slope,) = torch.autograd.grad(energy.sum(), places, create_graph=True)
        return energy, -slope


def energy_and_forces(prediction, target):
    return F.mse_loss(prediction[0], target[0]) + 5 * F.mse_loss(prediction[1], target[1])


def program(v: Variation) -> Program:
    places = torch.randn(v.rows, 6)
    energy = torch.cos(places).sum(1) / 3 + 0.1 * places.square().sum(1)
    forces = torch.sin(places) / 3 - 0.2 * places
    energy = energy - energy.mean() + 0.02 * torch.randn(v.rows)
    return Program(Potential(v.width), energy_and_forces, places, (energy, forces))
