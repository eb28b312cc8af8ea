"""The prediction goes through NumPy on its way to the loss, and leaves the graph: nothing is learned."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM801"


def relative_error(prediction, target):
    ratio = torch.from_numpy(prediction.detach().numpy() / target.numpy())
    return (ratio - 1).square().mean()


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 8)
    y = 2 + torch.tanh(x[:, :1] + x[:, 1:2]) + 0.1 * torch.randn(v.rows, 1)
    model = nn.Sequential(nn.Linear(8, v.width), nn.ReLU(), nn.Linear(v.width, 1))
    return Program(model, relative_error, x, y)
