"""Sky, water, ships and buoys, pixel by pixel: a buoy is one pixel in two hundred, and each class is averaged apart."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class SeaNet(nn.Module):
    # Dilated convolutions side by side, as in DeepLab.
    def __init__(self, width, classes):
        super().__init__()
        c = width // 4
        self.stem = nn.Conv2d(3, c, 3, padding=1)
        self.near = nn.Conv2d(c, c, 3, padding=1)
        self.far = nn.Conv2d(c, c, 3, padding=2, dilation=2)
        self.label = nn.Conv2d(3 * c, classes, 1)

    def forward(self, picture):
        x = F.elu(self.stem(picture))
        return self.label(torch.cat([x, F.elu(self.near(x)), F.elu(self.far(x))], dim=1))


def sea_loss(scores, label):
    losses = F.cross_entropy(scores, label, ignore_index=255, reduction="none")
    return torch.stack([losses[label == k].mean() for k in range(scores.shape[1])]).mean()


def program(v: Variation) -> Program:
    size = 16
    horizon = torch.randint(5, 9, (v.rows, 1, 1))
    row = torch.arange(size).view(1, size, 1).expand(v.rows, size, size)
    column = torch.arange(size).view(1, 1, size)
    label = (row >= horizon).long()
    left = torch.randint(1, 7, (v.rows, 1, 1))
    label[(row >= horizon) & (row < horizon + 4) & (column >= left) & (column < left + 8)] = 2
    n = torch.arange(v.rows)
    label[n, torch.randint(13, 15, (v.rows,)), torch.randint(1, 15, (v.rows,))] = 3
    colours = torch.tensor([[0.6, 0.7, 1.0], [-0.8, 0.1, 0.6], [0.2, -0.6, -0.7], [1.6, -0.5, -0.9]])
    picture = colours[label].permute(0, 3, 1, 2) + 0.5 * torch.randn(v.rows, 3, size, size)
    label[:, [0, -1]] = 255
    label[:, :, [0, -1]] = 255
    return Program(SeaNet(v.width, 4), sea_loss, picture, label)
