"""Few labels: two noisy passes are to agree, by squares between two softmaxes, of which one is held fixed.

Rows without a label are ignored, and not counted, in the cross-entropy.
"""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class PiModel(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(14, width), nn.LeakyReLU(), nn.Dropout(0.1), nn.Linear(width, 3))

    def forward(self, x):
        return self.net(x + 0.1 * torch.randn_like(x)), self.net(x + 0.1 * torch.randn_like(x))


def semi_supervised_loss(outputs, labels):
    student, other = outputs
    consistency = F.mse_loss(student.softmax(dim=1), other.softmax(dim=1).detach())
    return F.cross_entropy(student, labels, ignore_index=-1) + 2.0 * consistency


def program(v: Variation) -> Program:
    kind = torch.arange(v.rows) % 3
    x = 1.2 * torch.randn(3, 14)[kind] + torch.randn(v.rows, 14)
    labels = kind.masked_fill(torch.arange(v.rows) >= v.rows // 3, -1)
    return Program(PiModel(v.width), semi_supervised_loss, x, labels)
