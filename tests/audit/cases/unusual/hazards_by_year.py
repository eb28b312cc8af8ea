"""Survival in yearly steps: of each year that a patient was seen in, does the end come in it? Years after the last
are masked.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class Hazards(nn.Module):
    def __init__(self, width, years):
        super().__init__()
        self.patient = nn.Sequential(nn.Linear(7, width), nn.ReLU())
        self.baseline = nn.Parameter(torch.full((years,), -1.5))
        self.effect = nn.Linear(width, years)

    def forward(self, patient):
        return self.baseline + self.effect(self.patient(patient))


def discrete_time(scores, target):
    last, died = target
    year = torch.arange(scores.shape[1])
    ends = ((year == last[:, None]) & died[:, None]).float()
    seen = (year <= last[:, None]).float()
    each = F.binary_cross_entropy_with_logits(scores, ends, reduction="none")
    return (each * seen).sum() / seen.sum()


def program(v: Variation) -> Program:
    patient = torch.randn(v.rows, 7)
    hazard = torch.sigmoid(-1.2 + patient[:, 0] - 0.6 * patient[:, 1])
    death = torch.distributions.Geometric(hazard).sample().long()
    leaves = torch.randint(2, 8, (v.rows,))
    died = death <= leaves
    last = torch.minimum(death, leaves).clamp(max=7)
    return Program(Hazards(v.width, 8), discrete_time, patient, (last, died & (death <= 7)))
