"""A mask of class ids was loaded as an image, which divides by 255; cross-entropy wants the ids, and torch raises."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM214"


def program(v: Variation) -> Program:
    images = torch.randn(v.rows, 4, 8, 8)
    mask = F.avg_pool2d(images, 3, 1, 1).argmax(1).byte()
    model = nn.Sequential(nn.Conv2d(4, v.width, 3, padding=1), nn.ReLU(), nn.Conv2d(v.width, 4, 1))
    return Program(model, nn.CrossEntropyLoss(), images, mask.float() / 255)
