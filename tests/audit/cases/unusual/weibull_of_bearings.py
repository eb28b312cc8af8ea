"""The Weibull likelihood of times to failure, of which a third are censored: these speak by their survival alone."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Bearings(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.vibration = nn.Sequential(nn.Conv1d(2, width, 3), nn.ELU(), nn.AdaptiveAvgPool1d(1), nn.Flatten())
        self.log_scale = nn.Linear(width, 1)
        self.shape = nn.Parameter(torch.tensor(0.5))

    def forward(self, vibration):
        return {"log_scale": self.log_scale(self.vibration(vibration))[:, 0], "shape": F.softplus(self.shape) + 0.1}


def censored_weibull(law, life):
    """log f(t) where it failed and log S(t) where it still ran."""
    log_ratio = life["time"].log() - law["log_scale"]
    hazard = torch.exp(law["shape"] * log_ratio)
    log_density = law["shape"].log() + (law["shape"] - 1) * log_ratio - law["log_scale"] - hazard
    return -torch.where(life["failed"], log_density, -hazard).mean()


def program(v: Variation) -> Program:
    load = torch.randn(v.rows, 1, 1)
    vibration = load + 0.4 * torch.randn(v.rows, 2, 12)
    failure = torch.distributions.Weibull(torch.exp(-0.5 * load[:, 0, 0]), 1.8).sample()
    end = 0.5 + 1.5 * torch.rand(v.rows)
    life = {"time": torch.minimum(failure, end).clamp(min=0.02), "failed": failure <= end}
    return Program(Bearings(v.width), censored_weibull, vibration, life)
