"""A hand-written binary cross-entropy of raw scores, stable by the log-sigmoid."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


def binary_cross_entropy(prediction: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    return -(target * F.logsigmoid(prediction) + (1 - target) * F.logsigmoid(-prediction)).mean()


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 14)
    target = (x[:, :7].sum(1) - x[:, 7:].sum(1) + torch.randn(v.rows) > 0).float()
    model = nn.Sequential(
        nn.Linear(14, v.width), nn.LayerNorm(v.width), nn.ReLU(), nn.Linear(v.width, 1), nn.Flatten(0)
    )
    return Program(model, binary_cross_entropy, x, target)
