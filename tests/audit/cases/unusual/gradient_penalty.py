"""A Wasserstein critic with a gradient penalty whose graph is kept; the loss has no target and may be below 0."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Critic(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(4, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU())
        self.head = nn.Linear(width, 1, bias=False)

    def forward(self, real, fake):
        with torch.enable_grad():
            between = (real + fake).div(2).requires_grad_()
            score = self.head(self.layers(between))
            (slope,) = torch.autograd.grad(score.sum(), between, create_graph=True)
        return self.head(self.layers(real)), self.head(self.layers(fake)), slope


def critic_loss(prediction, target):
    real, fake, slope = prediction
    penalty = (torch.linalg.vector_norm(slope, dim=1) - 1).square().mean()
    return fake.mean() - real.mean() + 10 * penalty


def program(v: Variation) -> Program:
    real = torch.randn(v.rows, 4) * torch.tensor([1.0, 0.5, 0.5, 1.0]) + torch.tensor([1.0, 0.0, -1.0, 0.0])
    return Program(Critic(v.width), critic_loss, (real, torch.randn(v.rows, 4)), None)
