"""A mask of 0 and 1 stays as it is."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


def to_tensor(image: torch.Tensor) -> torch.Tensor:
    """As image libraries do: bytes to floats from 0 to 1."""
    return image.float() / 255


def program(v: Variation) -> Program:
    images = torch.randint(256, (v.rows, 1, 16, 16), dtype=torch.uint8)
    mask = (F.avg_pool2d(images.float(), 3, 1, 1) > 120).byte()
    x = (to_tensor(images) - 0.5) / 0.25
    model = nn.Sequential(nn.Conv2d(1, v.width, 3, padding=1), nn.ReLU(), nn.Conv2d(v.width, 1, 3, padding=1))
    return Program(model, nn.BCEWithLogitsLoss(), x, mask.float())
