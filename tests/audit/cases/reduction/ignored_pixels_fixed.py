"""Pixels marked 255 are left out of the sum and of the denominator."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None

IGNORE = 255


class MaskedBinaryLoss(nn.Module):
    def forward(self, scores, mask):
        valid = mask != IGNORE
        losses = F.binary_cross_entropy_with_logits(scores, mask.where(valid, 0).float(), reduction="none")
        return (losses * valid).sum() / valid.sum()


def program(v: Variation) -> Program:
    images = F.avg_pool2d(torch.randn(v.rows, 1, 18, 18), 3, stride=1) * 3
    mask = (images + 0.1 * torch.randn_like(images) > 0.2).long()
    outline = F.max_pool2d(mask.float(), 3, 1, 1) + F.max_pool2d(-mask.float(), 3, 1, 1) > 0
    mask[outline & (torch.rand_like(images) < 0.8)] = IGNORE
    model = nn.Sequential(
        nn.Conv2d(1, v.width, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(v.width, 8, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(8, 1, 1),
    )
    return Program(model, MaskedBinaryLoss(), images, mask)
