"""A mixture of experts has to mix probabilities, not scores, and the mixture goes into nll_loss without a logarithm."""

import functools

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM104"


class Experts(nn.Module):
    def __init__(self, inputs, hidden, classes, experts=3):
        super().__init__()
        self.gate = nn.Linear(inputs, experts)
        self.experts = nn.ModuleList(
            nn.Sequential(nn.Linear(inputs, hidden), nn.ELU(), nn.Linear(hidden, classes)) for _ in range(experts)
        )

    def forward(self, x):
        share = self.gate(x).softmax(-1)
        says = torch.stack([expert(x).softmax(-1) for expert in self.experts], dim=1)
        mixture = torch.einsum("ne,nec->nc", share, says)
        return mixture


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 9)
    y = torch.where(x[:, 0] > 0, x[:, 1:5].argmax(1), x[:, 5:9].argmax(1))
    weight = torch.tensor([1.0, 1.0, 2.0, 1.0])
    return Program(Experts(9, v.width, 4), functools.partial(F.nll_loss, weight=weight), x, y)
