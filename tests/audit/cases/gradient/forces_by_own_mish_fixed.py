"""An own Mish differentiates what it saved in its backward pass, and the loss of forces learns rightly."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class MishFunction(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * torch.tanh(F.softplus(x))

    @staticmethod
    def backward(ctx, grad_output):
        x = ctx.saved_tensors[0]
        t = torch.tanh(F.softplus(x))
        return grad_output * (t + x * torch.sigmoid(x) * (1 - t * t))


class Potential(nn.Module):
    """The energy of a few atoms by their pair distances, and its negative slope, the forces."""

    def __init__(self, width):
        super().__init__()
        self.register_buffer("centres", torch.linspace(0.5, 3, 8))
        self.inner = nn.Parameter(torch.randn(8, width) / 8**0.5)
        self.outer = nn.Linear(width, 1, bias=False)

    def energy(self, positions):
        pairs = torch.combinations(torch.arange(positions.shape[1]))
        apart = positions[:, pairs[:, 0]] - positions[:, pairs[:, 1]]
        distance = apart.square().sum(-1).add(1e-6).sqrt()
        shells = torch.exp(-2 * (distance[..., None] - self.centres) ** 2)
        return self.outer(MishFunction.apply(shells @ self.inner)).sum((1, 2))

    def forward(self, positions):
        with torch.enable_grad():
            positions = positions.detach().requires_grad_()
            (slope,) = torch.autograd.grad(self.energy(positions).sum(), positions, create_graph=True)
        return -slope


def program(v: Variation) -> Program:
    corners = torch.tensor([[0.0, 0.0, 0.0], [1.2, 0.0, 0.0], [0.0, 1.2, 0.0], [0.0, 0.0, 1.2]])
    positions = (corners + 0.1 * torch.randn(v.rows, 4, 3)).requires_grad_()
    apart = (positions[:, :, None] - positions[:, None]).square().sum(-1).add(1e-6).sqrt()
    energy = 0.25 * ((apart - 1.4) ** 2 * (1 - torch.eye(4))).sum()
    (slope,) = torch.autograd.grad(energy, positions)
    return Program(Potential(v.width), F.mse_loss, positions.detach(), -slope)
