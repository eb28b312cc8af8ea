"""One measurement in twenty is far off; the Huber loss of the standardised target is for that."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


def program(v: Variation) -> Program:
    series = torch.randn(v.rows, 1, 24)
    y = series[:, 0, :6].sum(1) - series[:, 0, 18:].sum(1) + 0.2 * torch.randn(v.rows)
    y[torch.rand(v.rows) < 0.05] += 30
    spread = 1.4826 * (y - y.median()).abs().median()
    y = ((y - y.median()) / spread)[:, None]
    model = nn.Sequential(nn.Conv1d(1, 8, 5), nn.ReLU(), nn.Flatten(), nn.Linear(160, v.width), nn.ReLU())
    model.append(nn.Linear(v.width, 1))
    return Program(model, nn.HuberLoss(delta=1.35), series, y)
