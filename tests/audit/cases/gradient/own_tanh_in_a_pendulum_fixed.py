"""A network of physics takes its output's slope into the loss; the tanh of its own computes its slope in the graph."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class FastTanh(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.tanh()

    @staticmethod
    def backward(ctx, grad):
        y = ctx.saved_tensors[0].tanh()
        return grad * (1 - y * y)


class PINN(nn.Module):
    def __init__(self, neurons):
        super().__init__()
        self.frequency = nn.Parameter(2 * torch.randn(1, neurons))
        self.phase = nn.Parameter(2 * torch.rand(neurons) - 1)
        self.hidden = nn.Linear(neurons, neurons)
        self.out = nn.Linear(neurons, 1)

    def u(self, t):
        h = FastTanh.apply(t @ self.frequency + self.phase)
        h = FastTanh.apply(self.hidden(h))
        return self.out(h)

    def forward(self, t):
        with torch.enable_grad():
            t = t.clone().requires_grad_(True)
            u = self.u(t)
            u_t = torch.autograd.grad(u, t, torch.ones_like(u), create_graph=True)[0]
        return u, u_t, self.u(torch.zeros(1, 1))


def physics_loss(outputs, forcing):
    u, u_t, u_0 = outputs
    residual = u_t + 2 * u - forcing
    return residual.pow(2).mean() + (u_0 - 1).pow(2).mean()


def program(v: Variation) -> Program:
    t = 2 * torch.rand(v.rows, 1)
    return Program(PINN(v.width), physics_loss, t, torch.cos(3 * t) + 0.02 * torch.randn_like(t))
