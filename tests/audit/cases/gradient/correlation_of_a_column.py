"""A neuron's response to pictures, by one minus the correlation: the mean is taken over the last axis, which holds one
number, so that nothing is left of it, and the loss is 1 whatever is predicted.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM803"


def one_minus_correlation(prediction, target, dim=-1, eps=1e-6):
    p = prediction - prediction.mean(dim=dim, keepdim=True)
    t = target - target.mean(dim=dim, keepdim=True)
    covariance = (p * t).sum(dim=dim)
    scale = ((p.square().sum(dim=dim) + eps) * (t.square().sum(dim=dim) + eps)).sqrt()
    return (1 - covariance / scale).mean()


class ReceptiveField(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.core = nn.Sequential(nn.Conv2d(1, 6, 3), nn.ELU(), nn.AvgPool2d(2), nn.Flatten())
        self.readout = nn.Sequential(nn.Linear(6 * 16, width), nn.ELU(), nn.Linear(width, 1, bias=False))

    def forward(self, picture):
        return self.readout(self.core(picture))


def program(v: Variation) -> Program:
    picture = torch.randn(v.rows, 1, 10, 10)
    y, x = torch.meshgrid(torch.linspace(-2, 2, 10), torch.linspace(-2, 2, 10), indexing="ij")
    gabor = torch.exp(-(x**2 + y**2) / 2) * torch.cos(2 * x + y)
    response = (picture[:, 0] * gabor).sum(dim=(1, 2), keepdim=True).flatten(1) / gabor.norm()
    response = response + 0.3 * torch.randn(v.rows, 1)
    return Program(ReceptiveField(v.width), one_minus_correlation, picture, response)
