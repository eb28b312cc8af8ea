"""Two clouds of points have no order: the Chamfer distance takes for each point the nearest of the other, both ways."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class CloudDecoder(nn.Module):
    def __init__(self, width, points=12):
        super().__init__()
        self.each = nn.Sequential(nn.Linear(3, width), nn.ReLU(), nn.Linear(width, width))
        self.all = nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 3 * points))
        self.points = points

    def forward(self, cloud):
        return self.all(self.each(cloud).amax(1)).unflatten(1, (self.points, 3))


def chamfer(guess, cloud):
    squared = (guess[:, :, None] - cloud[:, None]).square().sum(-1)
    return (squared.amin(1).mean(1) + squared.amin(2).mean(1)).mean()


def program(v: Variation) -> Program:
    half_axes = 0.4 + 1.2 * torch.rand(v.rows, 1, 3)
    cloud = nn.functional.normalize(torch.randn(v.rows, 12, 3), dim=2) * half_axes
    return Program(CloudDecoder(v.width), chamfer, cloud + 0.02 * torch.randn_like(cloud), cloud)
