"""Dice of the probabilities themselves."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class Dice(nn.Module):
    def forward(self, scores, mask):
        found = torch.sigmoid(scores)
        shared = (found * mask).sum((1, 2, 3))
        return 1 - ((2 * shared + 1) / (found.sum((1, 2, 3)) + mask.sum((1, 2, 3)) + 1)).mean()


def program(v: Variation) -> Program:
    images = F.avg_pool2d(torch.randn(v.rows, 1, 18, 18), 3, stride=1) * 3
    mask = (images + 0.1 * torch.randn_like(images) > 0.3).float()
    model = nn.Sequential(nn.Conv2d(1, v.width, 3, padding=1), nn.ReLU(), nn.Conv2d(v.width, 1, 3, padding=1))
    return Program(model, Dice(), images, mask)
