"""The model says probabilities of tags, and the loss is told that it is given probabilities."""

import torch
from torch import nn

import lossmith as lm
from audit.programs import Program, Variation

EXPECTED = None


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 20)
    tags = (x[:, :6] + x[:, 6:12] + 0.3 * torch.randn(v.rows, 6) > 0.5).float()
    model = nn.Sequential(nn.Linear(20, v.width), nn.Tanh(), nn.Linear(v.width, 6), nn.Sigmoid())
    loss = lm.BinaryCrossEntropy()
    return Program(model, lambda p, t: loss(p, t, given="probabilities"), x, tags)
