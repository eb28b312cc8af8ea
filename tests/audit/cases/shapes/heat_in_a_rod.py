"""A rod that cools, by the heat equation with an unknown conductivity, and by thermometers: what they say is a row
against a column of temperatures, while the equation's residual is right."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM301"


class CoolingRod(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.temperature = nn.Sequential(
            nn.Linear(2, width), nn.Tanh(), nn.Linear(width, width), nn.Tanh(), nn.Linear(width, 1)
        )
        self.log_conductivity = nn.Parameter(torch.tensor(-2.0))

    def forward(self, place, time):
        with torch.enable_grad():
            place, time = place.detach().requires_grad_(), time.detach().requires_grad_()
            u = self.temperature(torch.cat([place, time], 1))
            by_place, by_time = torch.autograd.grad(u.sum(), (place, time), create_graph=True)
            (twice_by_place,) = torch.autograd.grad(by_place.sum(), place, create_graph=True)
        return u, by_time - self.log_conductivity.exp() * twice_by_place


def physics_informed_loss(output, measured):
    u, residual = output
    data = ((u - measured) ** 2).mean()
    equation = (residual**2).mean()
    return data + 0.05 * equation


def program(v: Variation) -> Program:
    place, time = torch.rand(v.rows, 1), torch.rand(v.rows, 1)
    u = torch.sin(torch.pi * place) * torch.exp(-0.1 * torch.pi**2 * time)
    measured = (u - u.mean()) / u.std() + 0.05 * torch.randn_like(u)
    return Program(CoolingRod(v.width), physics_informed_loss, (place, time), measured.flatten())
