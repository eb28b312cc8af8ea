"""Hours under ice are NaN, and torch.where takes them out after the loss: the value is fine and the gradient is NaN."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM606"


class Tides(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.frequency = nn.Parameter(torch.linspace(0.5, 4, width))
        self.amplitude = nn.Linear(2 * width, 1)

    def forward(self, hour):
        phase = torch.einsum("nt,w->ntw", hour, self.frequency)
        return self.amplitude(torch.cat([phase.sin(), phase.cos()], -1)).squeeze(-1)


def level_loss(level, gauge):
    ice = torch.isnan(gauge)
    loss = F.mse_loss(level, gauge, reduction="none")
    return torch.where(ice, 0.0, loss).sum() / (~ice).sum()


def program(v: Variation) -> Program:
    hour = 4 * torch.rand(v.rows, 1) + torch.arange(6) / 4
    gauge = torch.sin(2 * hour) + 0.5 * torch.cos(3.5 * hour) + 0.1 * torch.randn_like(hour)
    gauge[torch.rand(v.rows, 6) < 0.15] = torch.nan
    return Program(Tides(v.width), level_loss, hour, gauge)
