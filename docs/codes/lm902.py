"""A step along the gradient does not lower the loss: what is called its gradient is another. Here a backward pass has
the wrong sign.
"""

import torch
from judging import Trained, r_squared
from torch import nn
from torch.nn import functional as F


def data(rows):
    x = torch.randn(rows, 8)
    return x, x[:, :1] + x[:, 1:2] + 0.1 * torch.randn(rows, 1)


class Squared(torch.autograd.Function):
    @staticmethod
    def forward(ctx, prediction, y):
        ctx.save_for_backward(prediction, y)
        return F.mse_loss(prediction, y)

    @staticmethod
    def backward(ctx, gradient):
        prediction, y = ctx.saved_tensors
        return gradient * 2 * (y - prediction) / len(y), None


def wrong(rows=256):
    x, y = data(rows)
    return nn.Linear(8, 1), Squared.apply, x, y


def mended(rows=256):
    x, y = data(rows)
    return nn.Linear(8, 1), F.mse_loss, x, y


MEASURED = Trained({"R²": r_squared})
HURTS = "Every step leads away."
IGNORE = "The gradient is meant to be another, as where one is reversed on purpose."
