"""Rows of unknown class are labelled -1, which a hand-written loss takes for the last class when it indexes."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM202"


def cross_entropy(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    likelihood = scores.log_softmax(1)[torch.arange(len(labels)), labels]
    return -likelihood.mean()


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 10)
    labels = (x[:, :3] + 0.3 * torch.randn(v.rows, 3)).argmax(1)
    labels[::8] = -1
    model = nn.Sequential(nn.Linear(10, v.width), nn.ReLU(), nn.Linear(v.width, 3))
    return Program(model, cross_entropy, x, labels)
