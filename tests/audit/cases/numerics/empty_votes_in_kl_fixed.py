"""Kullback-Leibler by hand with t·log t by ``xlogy``, which is 0 at 0."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


def divergence(scores, votes):
    return (torch.xlogy(votes, votes) - votes * scores.log_softmax(1)).sum(1).mean()


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 10)
    opinions = (1.5 * x[:, :4]).softmax(1)
    votes = F.one_hot(torch.multinomial(opinions, 5, replacement=True), 4).sum(1) / 5
    model = nn.Sequential(nn.Linear(10, v.width), nn.ReLU(), nn.Linear(v.width, 4))
    return Program(model, divergence, x, votes)
