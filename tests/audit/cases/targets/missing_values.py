"""Some measurements are missing, NaN in the target, and the mean makes the whole loss NaN."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM216"


def loss(prediction: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    return F.mse_loss(prediction, target)


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 6)
    y = torch.stack([x[:, 0] + x[:, 1], x[:, 2] * x[:, 3], x[:, 4] - x[:, 5]], 1) + 0.2 * torch.randn(v.rows, 3)
    y = (y - y.mean(0)) / y.std(0)
    y[torch.rand(y.shape) < 0.15] = float("nan")
    model = nn.Sequential(nn.Linear(6, v.width), nn.ReLU(), nn.Linear(v.width, 3))
    return Program(model, loss, x, y)
