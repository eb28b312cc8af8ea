"""A point is read off a heat map by the softmax of the map."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class SoftArgmax2D(nn.Module):
    def __init__(self, size, beta):
        super().__init__()
        self.beta = beta
        axis = torch.linspace(-1, 1, size)
        self.register_buffer("grid", torch.cartesian_prod(axis, axis))

    def forward(self, heatmap):
        weights = torch.softmax(self.beta * heatmap.flatten(1), dim=1)
        return weights @ self.grid


class KeypointNet(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(1, channels, 5, padding=2)
        self.conv2 = nn.Conv2d(channels, channels, 5, padding=2)
        self.heat = nn.Conv2d(channels, 1, 1)
        self.soft_argmax = SoftArgmax2D(10, beta=1.0)

    def forward(self, image):
        x = torch.tanh(self.conv1(image))
        x = torch.tanh(self.conv2(x))
        return self.soft_argmax(self.heat(x))


def program(v: Variation) -> Program:
    points, others = (torch.rand(2, v.rows, 1, 2) * 1.6 - 0.8).unbind(0)
    axis = torch.linspace(-1, 1, 10)
    grid = torch.cartesian_prod(axis, axis)
    joint = torch.exp(-(grid - points).square().sum(2) / 0.04)
    shadow = torch.exp(-(grid - others).square().sum(2) / 0.4)
    image = (2 * joint + 2 * shadow - 1).view(v.rows, 1, 10, 10) + 0.1 * torch.randn(v.rows, 1, 10, 10)
    return Program(KeypointNet(v.width // 2), nn.MSELoss(), image, points.squeeze(1))
