"""Roads from above, under binary cross-entropy of raw scores and a soft Jaccard of their sigmoids."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


def jaccard_loss(probability, mask, smooth=1.0):
    overlap = (probability * mask).sum(dim=(1, 2))
    union = probability.sum(dim=(1, 2)) + mask.sum(dim=(1, 2)) - overlap
    return (1 - (overlap + smooth) / (union + smooth)).mean()


class RoadNet(nn.Module):
    """Dilated convolutions, so that a road is seen from afar."""

    def __init__(self, channels):
        super().__init__()
        self.stem = nn.Conv2d(3, channels, 3, padding=1)
        self.wide = nn.Conv2d(channels, channels, 3, padding=2, dilation=2)
        self.out = nn.Conv2d(channels, 1, 1)

    def forward(self, picture):
        h = F.relu(self.stem(picture))
        return self.out(h + F.relu(self.wide(h))).squeeze(1)


class RoadLoss(nn.Module):
    def __init__(self, jaccard_weight=0.5):
        super().__init__()
        self.jaccard_weight = jaccard_weight

    def forward(self, scores, mask):
        bce = F.binary_cross_entropy_with_logits(scores, mask)
        return (1 - self.jaccard_weight) * bce + self.jaccard_weight * jaccard_loss(torch.sigmoid(scores), mask)


def program(v: Variation) -> Program:
    grid = torch.linspace(-1, 1, 14)
    angle, shift = torch.pi * torch.rand(v.rows, 1, 1), 0.6 * torch.rand(v.rows, 1, 1) - 0.3
    away = grid.view(-1, 1) * angle.cos() + grid * angle.sin() - shift
    mask = (away.abs() < 0.25).float()
    colour = torch.tensor([1.0, -0.8, 0.5]).view(1, 3, 1, 1)
    picture = colour * (mask - 0.25).unsqueeze(1) + 0.5 * torch.randn(v.rows, 3, 14, 14)
    return Program(RoadNet(v.width // 4), RoadLoss(), picture, mask)
