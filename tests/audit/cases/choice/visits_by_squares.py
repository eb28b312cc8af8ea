"""Visits to the doctor are counts, whose spread grows with their mean, and the fitted line goes below 0."""

from torch import nn

import lossmith as lm
from audit.programs import Program, Variation
from lossmith import datasets

EXPECTED = "LM703"


def program(v: Variation) -> Program:
    visits = datasets.DOCTOR_VISITS.read().sample(v.rows, seed=v.seed)
    x = visits.drop("doctor_visits").to_torch().float()
    x = (x - x.mean(0)) / x.std(0).clamp(min=0.1)
    model = nn.Sequential(nn.Linear(9, v.width), nn.ReLU(), nn.Linear(v.width, 1), nn.Flatten(0))
    loss = lm.MSE()
    return Program(model, loss, x, visits["doctor_visits"].to_torch().float())
