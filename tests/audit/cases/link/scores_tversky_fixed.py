"""A Tversky loss is made of probabilities of lesions, and the convolutions before it end in a sigmoid."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class TverskyLoss(nn.Module):
    def __init__(self, alpha=0.3, beta=0.7, smooth=1.0):
        super().__init__()
        self.alpha, self.beta, self.smooth = alpha, beta, smooth

    def forward(self, inputs, targets):
        inputs, targets = inputs.reshape(-1), targets.reshape(-1)
        tp = (inputs * targets).sum()
        fp = ((1 - targets) * inputs).sum()
        fn = (targets * (1 - inputs)).sum()
        return 1 - (tp + self.smooth) / (tp + self.alpha * fp + self.beta * fn + self.smooth)


def program(v: Variation) -> Program:
    field = F.avg_pool2d(torch.randn(v.rows, 1, 20, 20), 5, stride=1)
    lesion = (field > 0.25).float()
    scan = 4 * field + 0.5 * torch.randn_like(field)
    layers = [
        nn.Conv2d(1, v.width // 4, 3, padding=1),
        nn.PReLU(),
        nn.Conv2d(v.width // 4, v.width // 4, 3, padding=2, dilation=2),
        nn.PReLU(),
        nn.Conv2d(v.width // 4, 1, 1),
        nn.Sigmoid(),
    ]
    return Program(nn.Sequential(*layers), TverskyLoss(), scan, lesion)
