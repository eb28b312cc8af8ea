"""A Hamiltonian network of a pendulum: its own softplus computes its slope in the backward pass, from the input, and
can be differentiated again.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Softplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.logaddexp(x, torch.zeros_like(x))

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return grad_output * torch.sigmoid(x)


class HNN(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.hidden = nn.Linear(2, width)
        self.energy = nn.Linear(width, 1, bias=False)

    def forward(self, state):
        with torch.enable_grad():
            state = state.detach().requires_grad_(True)
            h = Softplus.apply(2 * self.hidden(state))
            (dH,) = torch.autograd.grad(self.energy(h).sum(), state, create_graph=True)
        return torch.stack([dH[:, 1], -dH[:, 0]], dim=1)


def field_loss(predicted, observed):
    return (predicted - observed).pow(2).sum(dim=1).mean()


def program(v: Variation) -> Program:
    q, p = 3 * torch.rand(v.rows) - 1.5, torch.randn(v.rows)
    observed = torch.stack([p, -torch.sin(q)], dim=1) + 0.05 * torch.randn(v.rows, 2)
    return Program(HNN(v.width), field_loss, torch.stack([q, p], dim=1), observed)
