"""Visits to the doctor under a Poisson likelihood with a log link."""

from torch import nn

import lossmith as lm
from audit.programs import Program, Variation
from lossmith import datasets

EXPECTED = None


def program(v: Variation) -> Program:
    visits = datasets.DOCTOR_VISITS.read().sample(v.rows, seed=v.seed)
    x = visits.drop("doctor_visits").to_torch().float()
    x = (x - x.mean(0)) / x.std(0).clamp(min=0.1)
    model = nn.Sequential(nn.Linear(9, v.width), nn.ReLU(), nn.Linear(v.width, 1), nn.Flatten(0))
    loss = lm.Poisson()
    return Program(model, loss, x, visits["doctor_visits"].to_torch().float())
