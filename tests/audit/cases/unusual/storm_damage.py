"""Most policies cost nothing in a year and some cost much: Lossmith's Tweedie of a log-mean, a loss that may be below
0.
"""

import torch
from torch import nn

import lossmith as lm
from audit.programs import Program, Variation

EXPECTED = None


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 6)
    claims = torch.poisson(0.6 * torch.exp(0.6 * x[:, 0] - 0.4 * x[:, 1]))
    size = torch.distributions.Gamma(2.0, 2.0).sample((v.rows,)) * torch.exp(0.3 * x[:, 2])
    model = nn.Sequential(
        nn.Linear(6, v.width), nn.Mish(), nn.Linear(v.width, v.width), nn.Mish(), nn.Linear(v.width, 1), nn.Flatten(0)
    )
    return Program(model, lm.Tweedie(power=1.5), x, claims * size)
