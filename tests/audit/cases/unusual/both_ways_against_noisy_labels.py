"""Labels of which a fifth is wrong: cross-entropy, and its reverse, in which the logarithm of a 0 of the one-hot row
is set to that of 0.0001 by design.
"""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class SCELoss(nn.Module):
    def __init__(self, alpha, beta, num_classes):
        super().__init__()
        self.alpha, self.beta, self.num_classes = alpha, beta, num_classes

    def forward(self, pred, labels):
        ce = F.cross_entropy(pred, labels)
        pred = F.softmax(pred, dim=1)
        label_one_hot = torch.clamp(F.one_hot(labels, self.num_classes).float(), min=1e-4, max=1.0)
        rce = -torch.sum(pred * torch.log(label_one_hot), dim=1)
        return self.alpha * ce + self.beta * rce.mean()


def program(v: Variation) -> Program:
    leaf = torch.arange(v.rows) % 6
    picture = torch.randn(6, 3, 8, 8)[leaf] + 0.7 * torch.randn(v.rows, 3, 8, 8)
    label = torch.where(torch.rand(v.rows) < 0.2, leaf.roll(1), leaf)
    model = nn.Sequential(
        nn.Conv2d(3, v.width, 3, stride=2), nn.GroupNorm(4, v.width), nn.SiLU(), nn.Flatten(), nn.Linear(9 * v.width, 6)
    )
    return Program(model, SCELoss(0.5, 0.3, 6), picture, label)
