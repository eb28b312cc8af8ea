"""One in five diastolic pressures was not measured and is NaN in the target, and so is the loss."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM216"


class Pressures(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.pulse = nn.Sequential(nn.Conv1d(1, width, 7, stride=3), nn.ReLU(), nn.Conv1d(width, width, 3), nn.ReLU())
        self.systole = nn.Linear(width, 1)
        self.diastole = nn.Linear(width, 1)

    def forward(self, wave):
        h = self.pulse(wave[:, None]).mean(2)
        return self.systole(h).squeeze(1), self.diastole(h).squeeze(1)


def both(predicted, measured):
    (systole, diastole), (upper, lower) = predicted, measured
    return F.huber_loss(systole, upper) + F.huber_loss(diastole, lower)


def program(v: Variation) -> Program:
    upper, lower = torch.randn(2, v.rows)
    beat = torch.sin(torch.linspace(0, 4 * torch.pi, 30))
    wave = torch.where(beat > 0, (1 + 0.4 * upper[:, None]) * beat, (1 + 0.4 * lower[:, None]) * beat)
    lower = lower.where(torch.arange(v.rows) % 5 > 0, torch.nan)
    return Program(Pressures(v.width), both, wave + 0.05 * torch.randn(v.rows, 30), (upper, lower))
