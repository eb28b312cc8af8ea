"""Samples of 24 bits go in as integers, up to eight million.

The tanh at the end is at -1 or 1 from the start, where it has no slope.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM607"

FULL_SCALE = 2.0**23


def program(v: Variation) -> Program:
    pan = 1.8 * torch.rand(v.rows, 1) - 0.9
    tone = torch.sin(torch.linspace(0, 40, 64) * (0.5 + torch.rand(v.rows, 1)) + 6 * torch.rand(v.rows, 1))
    sound = torch.stack([(1 + pan) * tone, (1 - pan) * tone], 1) / 2 + 0.02 * torch.randn(v.rows, 2, 64)
    samples = (0.9 * FULL_SCALE * sound.clamp(-1, 1)).round()
    model = nn.Sequential(nn.Conv1d(2, 8, 9, stride=3), nn.ReLU(), nn.Flatten(), nn.Linear(152, v.width), nn.ReLU())
    model.append(nn.Linear(v.width, 1))
    model.append(nn.Tanh())
    return Program(model, nn.MSELoss(), samples, pan)
