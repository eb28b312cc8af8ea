"""The pinball loss of several quantiles broadcasts the targets (N, 1) against the quantiles (N, Q) on purpose."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None

LEVELS = torch.tensor([0.1, 0.25, 0.5, 0.75, 0.9])


def pinball(prediction: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    miss = target - prediction
    return torch.maximum(LEVELS * miss, (LEVELS - 1) * miss).sum(1).mean()


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 5)
    y = x[:, 0] + x[:, 1] + (0.3 + 0.5 * torch.sigmoid(x[:, 2])) * torch.randn(v.rows)
    y = ((y - y.mean()) / y.std()).unsqueeze(1)
    model = nn.Sequential(nn.Linear(5, v.width), nn.ReLU(), nn.Linear(v.width, 5))
    return Program(model, pinball, x, y)
