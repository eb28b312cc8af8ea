"""Cox's partial likelihood by hand.

Each death is compared with all who were still at risk, so rows do not stand alone, and an added constant changes
nothing.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


def partial_likelihood(risk, target):
    time, died = target
    order = time.argsort(descending=True)
    risk, died = risk[order], died[order]
    return -((risk - risk.logcumsumexp(0)) * died).sum() / died.sum()


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 8)
    lifetime = torch.empty(v.rows).exponential_() / torch.exp(x[:, 0] - x[:, 1])
    end_of_study = 2 * torch.rand(v.rows)
    time, died = torch.minimum(lifetime, end_of_study), (lifetime < end_of_study).float()
    model = nn.Sequential(nn.Linear(8, v.width), nn.ReLU(), nn.Linear(v.width, 1, bias=False), nn.Flatten(0))
    return Program(model, partial_likelihood, x, (time, died))
