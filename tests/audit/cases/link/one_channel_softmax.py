"""A mask has one channel, and the network ends in a softmax over it: every pixel is 1, and nothing is learned."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM108"


class Segmenter(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.encode = nn.Sequential(nn.Conv2d(3, width // 4, 3, stride=2, padding=1), nn.GELU())
        self.decode = nn.ConvTranspose2d(width // 4, 1, 4, stride=2, padding=1)

    def forward(self, x):
        return F.softmax(self.decode(self.encode(x)), dim=1)


def dice_loss(pred, mask, eps=1.0):
    dims = (1, 2, 3)
    overlap = 2 * (pred * mask).sum(dims) + eps
    return 1 - (overlap / (pred.sum(dims) + mask.sum(dims) + eps)).mean()


def program(v: Variation) -> Program:
    road = torch.randint(2, 12, (v.rows, 1, 1, 1))
    mask = ((torch.arange(16) - road).abs() < 3).expand(-1, 1, 16, -1).float()
    picture = torch.tensor([0.8, -0.4, 0.5]).view(3, 1, 1) * (2 * mask - 1) + 0.6 * torch.randn(v.rows, 3, 16, 16)
    return Program(Segmenter(v.width), dice_loss, picture, mask)
