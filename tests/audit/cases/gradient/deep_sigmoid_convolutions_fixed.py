"""Twenty convolutions with batch norms and ReLUs, and a shortcut around each."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class Block(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.convolution = nn.Conv2d(channels, channels, 3, padding=1)
        self.norm = nn.BatchNorm2d(channels)

    def forward(self, x):
        return x + torch.relu(self.norm(self.convolution(x))) / 8


def program(v: Variation) -> Program:
    images = F.avg_pool2d(torch.randn(v.rows, 1, 10, 10), 3, stride=1) * 3
    level = (images[:, 0, :4].mean((1, 2)) - images[:, 0, 4:].mean((1, 2)))[:, None]
    level = level / level.std() + 0.1 * torch.randn(v.rows, 1)
    channels = v.width // 4
    blocks = [Block(channels) for _ in range(20)]
    model = nn.Sequential(nn.Conv2d(1, channels, 3, padding=1), *blocks, nn.Flatten(), nn.Linear(64 * channels, 1))
    return Program(model, nn.MSELoss(), images, level)
