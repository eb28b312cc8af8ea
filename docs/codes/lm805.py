"""A backward pass was written by hand and keeps its slope as a number. First derivatives are right; second ones lack
what the slope itself would have added, without a word.
"""

import torch
from judging import Trained, accuracy
from torch import nn
from torch.nn import functional as F


def data(rows):
    x = torch.randn(rows, 8)
    return x, torch.bernoulli((x[:, :1] - x[:, 1:2]).sigmoid())


class Softplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.slope = x.sigmoid()
        return F.softplus(x)

    @staticmethod
    def backward(ctx, gradient):
        return gradient * ctx.slope


def by_hand(scores, y):
    return (Softplus.apply(scores) - y * scores).mean()


def wrong(rows=256):
    x, y = data(rows)
    return nn.Linear(8, 1), by_hand, x, y


def mended(rows=256):
    x, y = data(rows)
    return nn.Linear(8, 1), nn.BCEWithLogitsLoss(), x, y


def curvature(run):
    """Of the loss, by a shift of all scores."""
    shift = torch.zeros(1, requires_grad=True)
    with torch.enable_grad():
        (slope,) = torch.autograd.grad(run.loss(run.output + shift, run.target), shift, create_graph=True)
        (curve,) = torch.autograd.grad(slope, shift, allow_unused=True) if slope.requires_grad else (None,)
    return 0.0 if curve is None else float(curve)


MEASURED = Trained({"accuracy": accuracy, "curvature along the bias": curvature})
HURTS = "Training by slopes does not see it; gradient penalties, Newton's steps and forces do."
IGNORE = "No second derivative is ever taken."
