"""The loss has no gradient: the prediction was cut off on the way, with `detach`, `item`, `numpy` or `no_grad`."""

import torch
from judging import Trained, r_squared
from torch import nn
from torch.nn import functional as F


def data(rows):
    x = torch.randn(rows, 8)
    return x, x[:, :1] + x[:, 1:2] + 0.1 * torch.randn(rows, 1)


def cut_off(prediction, y):
    return F.mse_loss(prediction.detach(), y)


def wrong(rows=256):
    x, y = data(rows)
    return nn.Linear(8, 1), cut_off, x, y


def mended(rows=256):
    x, y = data(rows)
    return nn.Linear(8, 1), F.mse_loss, x, y


MEASURED = Trained({"R²": r_squared})
HURTS = "`backward` raises. `requires_grad_()` on the loss silences that and mends nothing: then no parameter moves."
IGNORE = "The loss is only reported, never followed."
