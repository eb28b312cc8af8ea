"""Tides of six hours by a loss that costs nothing within a tube around the truth, and rises in a straight line outside:
hours within the tube have no slope, as is meant.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class EpsilonInsensitive(nn.Module):
    """The loss of support vector regression, over the hours that a gauge has reported."""

    def __init__(self, epsilon):
        super().__init__()
        self.epsilon = epsilon

    def forward(self, prediction, target):
        tide, reported = target
        beyond = torch.clamp((prediction - tide).abs() - self.epsilon, min=0)
        return (beyond * reported).sum() / reported.sum()


class Tides(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.past = nn.Conv1d(2, width // 2, 5, stride=2)
        self.hours = nn.Linear(width // 2 * 10, 6)

    def forward(self, past):
        return self.hours(torch.tanh(self.past(past)).flatten(1))


def program(v: Variation) -> Program:
    hour = torch.arange(30)
    moon, sun = (2 * torch.pi * torch.rand(2, v.rows, 1)).unbind(0)
    level = torch.cos(0.5059 * hour + moon) + 0.4 * torch.cos(0.5236 * hour + sun)
    wind = torch.randn(v.rows, 24)
    level = (level + 0.25 * torch.randn(v.rows, 30)) / 0.8
    past = torch.stack([level[:, :24], wind], dim=1)
    reported = (torch.rand(v.rows, 6) < 0.85).float()
    return Program(Tides(v.width), EpsilonInsensitive(0.3), past, (level[:, 24:], reported))
