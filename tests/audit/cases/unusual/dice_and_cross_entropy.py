"""The sum of binary cross-entropy and a soft Dice, of probabilities, for a mask."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class DiceAndCrossEntropy(nn.Module):
    def forward(self, scores, mask):
        chance = torch.sigmoid(scores)
        shared = (chance * mask).flatten(1).sum(1)
        dice = (2 * shared + 1) / (chance.flatten(1).sum(1) + mask.flatten(1).sum(1) + 1)
        return F.binary_cross_entropy_with_logits(scores, mask) + 1 - dice.mean()


def program(v: Variation) -> Program:
    images = F.avg_pool2d(torch.randn(v.rows, 1, 18, 18), 3, stride=1) * 3
    mask = (images + 0.1 * torch.randn_like(images) > 0.7).float()
    model = nn.Sequential(nn.Conv2d(1, v.width, 3, padding=1), nn.GroupNorm(4, v.width), nn.ReLU())
    model.append(nn.Conv2d(v.width, 1, 1))
    return Program(model, DiceAndCrossEntropy(), images, mask)
