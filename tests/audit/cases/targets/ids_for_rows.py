"""A hand-written soft-target cross-entropy multiplies each row of logarithms by the number of its class."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM209"


def soft_cross_entropy(scores: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    return -(target * F.log_softmax(scores, dim=1)).sum(1).mean()


def program(v: Variation) -> Program:
    images = torch.randn(v.rows, 1, 8, 8)
    y = torch.arange(v.rows) % 4
    for quarter, (row, column) in enumerate([(0, 0), (0, 4), (4, 0), (4, 4)]):
        images[y == quarter, :, row : row + 4, column : column + 4] += 0.8
    model = nn.Sequential(
        nn.Conv2d(1, v.width, 3, padding=1), nn.ReLU(), nn.AvgPool2d(4), nn.Flatten(), nn.Linear(4 * v.width, 4)
    )
    return Program(model, soft_cross_entropy, images, y.float().unsqueeze(1))
