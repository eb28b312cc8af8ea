"""Pain in five steps by a cumulative logit: one score, and four thresholds in order that the model learns; a step's
chance is the difference of two sigmoids, and a small number stands in its logarithm.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class ProportionalOdds(nn.Module):
    """The score of a patient, and chances of its steps between thresholds in order."""

    def __init__(self, width, steps):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(8, width), nn.GELU(), nn.Linear(width, 1, bias=False))
        self.first = nn.Parameter(torch.tensor(-1.4))
        self.gaps = nn.Parameter(torch.full((steps - 2,), 0.5))

    def forward(self, patient):
        rest = self.first + nn.functional.softplus(self.gaps).cumsum(0)
        thresholds = torch.cat([self.first[None], rest])
        below = torch.sigmoid(thresholds - self.body(patient))
        zero, one = torch.zeros_like(below[:, :1]), torch.ones_like(below[:, :1])
        return torch.cat([below, one], dim=1) - torch.cat([zero, below], dim=1)


def ordered_likelihood(chances, step):
    return -torch.log(chances.gather(1, step[:, None]) + 1e-8).mean()


def program(v: Variation) -> Program:
    patient = torch.randn(v.rows, 8)
    pain = patient[:, 0] + 0.7 * patient[:, 1] * patient[:, 2].sign() + 0.4 * torch.randn(v.rows)
    step = torch.bucketize(pain, pain.quantile(torch.tensor([0.2, 0.4, 0.6, 0.8])))
    return Program(ProportionalOdds(v.width, 5), ordered_likelihood, patient, step)
