"""The target's probabilities stand where the model's log-probabilities belong, and these where the target belongs.

Source: https://github.com/pytorch/pytorch/issues/57459
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM402"


def divergence(prediction: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    return F.kl_div(target, prediction, reduction="batchmean")


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 9)
    shares = (x[:, :3] + x[:, 3:6] - x[:, 6:] + 0.3 * torch.randn(v.rows, 3)).softmax(1)
    model = nn.Sequential(nn.Linear(9, v.width), nn.Tanh(), nn.Linear(v.width, 3), nn.LogSoftmax(dim=1))
    return Program(model, divergence, x, shares)
