"""A wave's future: the squared error goes into the loss as a tensor, beside a small term for smoothness."""

import torch
from torch import nn
from torch.nn import functional

from audit.programs import Program, Variation

EXPECTED = None


class Propagator(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.lift = nn.Conv1d(2, width, 5, padding=2, padding_mode="circular")
        self.mix = nn.Conv1d(width, width, 5, padding=2, padding_mode="circular")
        self.drop = nn.Conv1d(width, 1, 1)

    def forward(self, wave):
        h = functional.silu(self.lift(wave))
        return self.drop(h + functional.silu(self.mix(h))).squeeze(1)


class WaveLoss(nn.Module):
    def __init__(self, smoothness):
        super().__init__()
        self.smoothness = smoothness

    def forward(self, later, truth):
        error = functional.mse_loss(later, truth)
        return error + self.smoothness * later.diff(dim=1).square().mean()


def program(v: Variation) -> Program:
    x = torch.linspace(0, 2 * torch.pi, 33)[:-1]
    phase, height = 2 * torch.pi * torch.rand(v.rows, 3, 1), torch.randn(v.rows, 3, 1)
    k = torch.tensor([[1.0], [2.0], [3.0]])
    now = (height * torch.sin(k * x + phase)).sum(dim=1)
    speed = (height * k * torch.cos(k * x + phase)).sum(dim=1)
    later = (height * torch.sin(k * (x + 0.2) + phase)).sum(dim=1)
    return Program(Propagator(v.width), WaveLoss(1e-3), torch.stack([now, speed / 2], dim=1), later)
