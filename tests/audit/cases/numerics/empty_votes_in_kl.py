"""Kullback-Leibler by hand, t·(log t − log p): a class without a vote makes it 0·log 0, which is NaN."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM601"


def divergence(scores, votes):
    return (votes * (votes.log() - scores.log_softmax(1))).sum(1).mean()


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 10)
    opinions = (1.5 * x[:, :4]).softmax(1)
    votes = F.one_hot(torch.multinomial(opinions, 5, replacement=True), 4).sum(1) / 5
    model = nn.Sequential(nn.Linear(10, v.width), nn.ReLU(), nn.Linear(v.width, 4))
    return Program(model, divergence, x, votes)
