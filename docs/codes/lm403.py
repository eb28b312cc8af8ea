"""A divergence sums over the classes and is averaged over the rows; `reduction="mean"`, which is the default of torch,
averages over the classes too.
"""

import torch
from judging import Trained, divergence
from torch import nn


def data(rows):
    x = torch.randn(rows, 20)
    return x, x.softmax(1)


def wrong(rows=256):
    x, p = data(rows)
    model = nn.Sequential(nn.Linear(20, 20), nn.LogSoftmax(dim=1))
    return model, nn.KLDivLoss(), x, p


def mended(rows=256):
    x, p = data(rows)
    model = nn.Sequential(nn.Linear(20, 20), nn.LogSoftmax(dim=1))
    return model, nn.KLDivLoss(reduction="batchmean"), x, p


MEASURED = Trained({"divergence from the true distributions": divergence}, torch.optim.SGD, rate=1.0)
HURTS = "With 20 classes every step is 20 times too short; beside another loss, its weight is 20 times too small."
IGNORE = "The optimiser is scaled (Adam), the loss stands alone, and its value is not reported."
