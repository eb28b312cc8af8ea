"""A hand-written loss gathers by index and is given one-hot rows: it picks classes 0 and 1, whatever the class is."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM208"


def cross_entropy(scores: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    return -F.log_softmax(scores, dim=1).gather(1, target).mean()


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 12)
    y = (x[:, :5] + 0.3 * torch.randn(v.rows, 5)).argmax(1)
    model = nn.Sequential(nn.Linear(12, v.width), nn.Tanh(), nn.Linear(v.width, 5))
    return Program(model, cross_entropy, x, F.one_hot(y, 5))
