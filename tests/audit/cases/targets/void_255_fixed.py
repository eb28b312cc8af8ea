"""A mask marks pixels without a label by 255, and the loss is told to ignore them."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


def program(v: Variation) -> Program:
    images = torch.randn(v.rows, 4, 8, 8)
    mask = F.avg_pool2d(images, 3, 1, 1).argmax(1)
    mask[:, 0], mask[:, -1] = 255, 255
    model = nn.Sequential(nn.Conv2d(4, v.width, 3, padding=1), nn.ELU(), nn.Conv2d(v.width, 4, 3, padding=1))
    return Program(model, nn.CrossEntropyLoss(ignore_index=255), images, mask)
