"""Twenty convolutions with sigmoids between them and no shortcut: the gradient is gone before it reaches the first."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM806"


class Block(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.convolution = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x):
        return torch.sigmoid(self.convolution(x))


def program(v: Variation) -> Program:
    images = F.avg_pool2d(torch.randn(v.rows, 1, 10, 10), 3, stride=1) * 3
    level = (images[:, 0, :4].mean((1, 2)) - images[:, 0, 4:].mean((1, 2)))[:, None]
    level = level / level.std() + 0.1 * torch.randn(v.rows, 1)
    channels = v.width // 4
    blocks = [Block(channels) for _ in range(20)]
    model = nn.Sequential(nn.Conv2d(1, channels, 3, padding=1), *blocks, nn.Flatten(), nn.Linear(64 * channels, 1))
    return Program(model, nn.MSELoss(), images, level)
