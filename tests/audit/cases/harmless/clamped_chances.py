"""Chances are kept off 0 and 1 by 1e-6 before their logarithm, which no row comes near."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Pneumonia(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv_layers = nn.Sequential(
            nn.Conv2d(1, channels, 3), nn.LeakyReLU(0.1), nn.MaxPool2d(2), nn.Conv2d(channels, channels, 3), nn.GELU()
        )
        self.fc = nn.Linear(channels, 1)

    def forward(self, xray):
        features = self.conv_layers(xray).mean(dim=(2, 3))
        return torch.sigmoid(self.fc(features)).squeeze(1)


def log_loss(p, y):
    eps = 1e-6
    p = torch.clamp(p, eps, 1 - eps)
    return -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()


def program(v: Variation) -> Program:
    ill = (torch.arange(v.rows) % 3 == 0).float()
    spots = torch.rand(v.rows, 1, 14, 14) < 0.25
    xray = 0.5 * torch.randn(v.rows, 1, 14, 14) + 1.5 * spots * ill.view(-1, 1, 1, 1)
    return Program(Pneumonia(v.width // 2), log_loss, xray, ill)
