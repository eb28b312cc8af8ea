"""An energy distance of all predictions (N, 1) to all targets (N,), which have no pairs: a declared broadcast.

Predictions shall be distributed as the targets are, and the author says that the broadcast to (N, N) is intended.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


def energy_distance(prediction: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    between = (prediction - target).abs().mean()
    within = (prediction - prediction.T).abs().mean()
    return between - 0.5 * within


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 4)
    measured = 1.5 * x[:, 0] - x[:, 1] + 0.2 * torch.randn(v.rows) + 0.5
    model = nn.Sequential(nn.Linear(4, v.width), nn.ReLU(), nn.Linear(v.width, 1))
    return Program(model, energy_distance, x, measured[torch.randperm(v.rows)], ignore=("LM301",))
