"""The squared error is divided by its own value of the batch, of which a gradient is taken too.

The loss is 1 whatever the model predicts.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM803"


class ScaledError(nn.Module):
    def forward(self, prediction, target):
        error = F.mse_loss(prediction, target)
        scale = (prediction - target).square().mean()
        return error / scale


def program(v: Variation) -> Program:
    series = torch.randn(v.rows, 2, 16)
    y = series[:, 0, :8].mean(1, keepdim=True) - series[:, 1, 8:].mean(1, keepdim=True) + 0.1 * torch.randn(v.rows, 1)
    model = nn.Sequential(nn.Conv1d(2, 8, 3), nn.ReLU(), nn.Flatten(), nn.Linear(112, v.width), nn.ReLU())
    model.append(nn.Linear(v.width, 1))
    return Program(model, ScaledError(), series, 3 * y)
