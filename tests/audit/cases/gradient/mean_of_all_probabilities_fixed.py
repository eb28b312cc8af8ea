"""The expected accuracy: the mean probability of the label."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


def expected_error(scores, label):
    chances = scores.softmax(1)
    return 1 - chances.gather(1, label[:, None]).mean()


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 9)
    label = (2 * x[:, :3] + 0.5 * torch.randn(v.rows, 3)).argmax(1)
    model = nn.Sequential(nn.Linear(9, v.width), nn.Tanh(), nn.Linear(v.width, 3))
    return Program(model, expected_error, x, label)
