"""The mask's foreground is 255, as in the image file, and the binary cross-entropy wants 1."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM207"


def program(v: Variation) -> Program:
    images = torch.randn(v.rows, 1, 16, 16)
    mask = (F.avg_pool2d(images, 3, 1, 1) > 0.1).float() * 255
    model = nn.Sequential(nn.Conv2d(1, v.width, 3, padding=1), nn.ReLU(), nn.Conv2d(v.width, 1, 3, padding=1))
    return Program(model, nn.BCEWithLogitsLoss(), images, mask)
