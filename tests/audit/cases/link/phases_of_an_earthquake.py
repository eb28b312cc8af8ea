"""Noise, first and second wave of an earthquake at each moment, and its magnitude: the softmax of (N, kinds, T) runs
over time, so that moments compete."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM107"


class PhasePicker(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.down = nn.Conv1d(3, width, 5, padding=2)
        self.wide = nn.Conv1d(width, width, 5, padding=8, dilation=4)
        self.phase = nn.Conv1d(width, 3, 1)
        self.magnitude = nn.Linear(width, 1)

    def forward(self, ground):
        h = F.elu(self.down(ground))
        h = h + F.elu(self.wide(h))
        return F.softmax(self.phase(h), dim=-1), self.magnitude(h.mean(-1)).squeeze(-1)


class PickerLoss:
    def __init__(self, magnitude_weight=0.5, eps=1e-8):
        self.magnitude_weight, self.eps = magnitude_weight, eps

    def __call__(self, output, target):
        chances, magnitude = output
        phases = -(target["phases"] * torch.log(chances + self.eps)).sum(1).mean()
        return phases + self.magnitude_weight * F.smooth_l1_loss(magnitude, target["magnitude"])


def program(v: Variation) -> Program:
    moment = torch.arange(24)
    first, second = torch.randint(6, 11, (v.rows, 1)), torch.randint(14, 19, (v.rows, 1))
    phase = (moment >= first).long() + (moment >= second).long()
    magnitude = torch.randn(v.rows)
    swing = torch.stack([torch.zeros(24), torch.sin(2.2 * moment), 1.5 * torch.cos(0.6 * moment)])
    wave = swing[phase, moment] * torch.exp(0.3 * magnitude).unsqueeze(1)
    ground = wave.unsqueeze(1) * torch.tensor([[1.0], [0.6], [-0.8]]) + 0.2 * torch.randn(v.rows, 3, 24)
    target = {"phases": F.one_hot(phase, 3).transpose(1, 2).float(), "magnitude": magnitude}
    return Program(PhasePicker(v.width), PickerLoss(), ground, target)
