"""A hinge that is smoothed with a sharpness of 100 by softplus, which never forms the exponential of a large number."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class SmoothHingeLoss(nn.Module):
    def __init__(self, margin=1.0, beta=100.0):
        super().__init__()
        self.margin, self.beta = margin, beta

    def forward(self, score, sign):
        z = self.margin - sign * score
        return (F.softplus(self.beta * z) / self.beta).mean()


class Churn(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.plan = nn.EmbeddingBag(9, width, mode="sum")
        self.usage = nn.Linear(6, width)
        self.score = nn.Linear(width, 1)

    def forward(self, plan, usage):
        return self.score(F.elu(self.plan(plan) + self.usage(usage))).flatten()


def program(v: Variation) -> Program:
    plan, usage = torch.randint(9, (v.rows, 2)), torch.randn(v.rows, 6)
    unhappy = usage[:, 0] - usage[:, 1] + torch.randn(9)[plan].sum(1) / 2 + 0.3 * torch.randn(v.rows)
    sign = torch.where(unhappy > 0.5, 1.0, -1.0)
    return Program(Churn(v.width), SmoothHingeLoss(), (plan, usage), sign)
