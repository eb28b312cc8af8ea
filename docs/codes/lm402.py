"""The arguments of a divergence are swapped: the target stands where the logarithms of the prediction belong."""

import torch
from judging import Trained, divergence, numbers
from torch import nn
from torch.nn import functional as F


def data(rows):
    x = torch.randn(rows, 8)
    return x, (2 * x[:, :3]).softmax(1)


def wrong(rows=256):
    x, p = data(rows)
    model = nn.Sequential(nn.Linear(8, 3), nn.LogSoftmax(dim=1))
    return model, lambda said, p: F.kl_div(p, said, reduction="batchmean"), x, p


def mended(rows=256):
    x, p = data(rows)
    model = nn.Sequential(nn.Linear(8, 3), nn.LogSoftmax(dim=1))
    return model, lambda said, p: F.kl_div(said, p, reduction="batchmean"), x, p


MEASURED = Trained({"share of outputs that are numbers": numbers, "divergence from the true distributions": divergence})
HURTS = "The logarithm of a negative number is taken: the loss is NaN, and after one step the model is."
IGNORE = "Never: the value is no divergence."
