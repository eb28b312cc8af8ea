"""A swish that saves memory keeps its slope, which has no graph.

The penalty on the critic's gradient differentiates through it, and misses the swish's curvature.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM805"


class SwishFunction(torch.autograd.Function):
    @staticmethod
    def forward(ctx, i):
        s = torch.sigmoid(i)
        ctx.save_for_backward(s + i * s * (1 - s))
        return i * s

    @staticmethod
    def backward(ctx, grad_output):
        (slope,) = ctx.saved_tensors
        return grad_output * slope


class MemoryEfficientSwish(nn.Module):
    def forward(self, x):
        return SwishFunction.apply(x)


class Critic(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.main = nn.Sequential(
            nn.Linear(2, dim), MemoryEfficientSwish(), nn.Linear(dim, dim), MemoryEfficientSwish(), nn.Linear(dim, 1)
        )

    def forward(self, real, fake):
        with torch.enable_grad():
            mixed = torch.lerp(real, fake, 0.5).requires_grad_(True)
            (gradients,) = torch.autograd.grad(self.main(mixed).sum(), mixed, create_graph=True)
        return self.main(real), self.main(fake), gradients


def wgan_gp_loss(outputs, _target, lambda_gp=10.0):
    d_real, d_fake, gradients = outputs
    gradient_penalty = ((gradients.norm(2, dim=1) - 1) ** 2).mean()
    return d_fake.mean() - d_real.mean() + lambda_gp * gradient_penalty


def program(v: Variation) -> Program:
    angle = 2 * torch.pi * torch.rand(v.rows)
    ring = 2 * torch.stack([angle.cos(), angle.sin()], 1) + 0.1 * torch.randn(v.rows, 2)
    return Program(Critic(v.width), wgan_gp_loss, (ring, torch.randn(v.rows, 2)), None)
