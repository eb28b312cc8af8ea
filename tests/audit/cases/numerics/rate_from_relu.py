"""A Poisson likelihood takes the log of a rate that a ReLU makes: where it is cut off, the log is of 0."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM601"


def poisson(rate, count):
    return (rate - count * torch.log(rate)).mean()


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 8)
    count = torch.poisson(torch.exp(0.5 + 0.5 * x[:, :6]))
    model = nn.Sequential(nn.Linear(8, v.width), nn.ReLU(), nn.Linear(v.width, 6), nn.ReLU())
    return Program(model, poisson, x, count)
