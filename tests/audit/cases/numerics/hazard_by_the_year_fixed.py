"""Gompertz's law of mortality with the age in decades since 40: its exponential stays below a few hundred."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class LogHazardAtForty(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(6, width), nn.GELU(), nn.Linear(width, 1))

    def forward(self, patient):
        return self.net(patient).squeeze(1) - 4


class Gompertz(nn.Module):
    def __init__(self):
        super().__init__()
        self.log_growth = nn.Parameter(torch.zeros(()))

    def forward(self, log_hazard, followed):
        t = (followed["age"] - 40) / 10
        growth = self.log_growth.exp()
        cumulated = log_hazard.exp() * (torch.exp(growth * t) - 1) / growth
        return (cumulated - followed["died"] * (log_hazard + growth * t)).mean()


def program(v: Variation) -> Program:
    patient = torch.randn(v.rows, 6)
    log_hazard = -4 + 0.6 * patient[:, 0] - 0.4 * patient[:, 3]
    decades = torch.log1p(-0.8 * torch.rand(v.rows).clamp_min(1e-4).log() / log_hazard.exp()) / 0.8
    followed = {"age": 40 + 10 * decades.clamp(max=6), "died": (decades < 6).float()}
    return Program(LogHazardAtForty(v.width), Gompertz(), patient, followed)
