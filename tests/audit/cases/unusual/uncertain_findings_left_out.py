"""Findings of a radiograph are 0, 1, or -1 where the report is uncertain: what is uncertain is neither in the sum
nor in the count.
"""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


UNCERTAIN = -1


class ChestNet(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv = nn.Conv2d(1, width, 3, padding=1)
        self.norm = nn.BatchNorm2d(width)
        self.findings = nn.Conv2d(width, 5, 1)

    def forward(self, x):
        return self.findings(F.relu(self.norm(self.conv(x)))).amax(dim=(2, 3))


def masked_bce(logits, labels):
    known = labels != UNCERTAIN
    return F.binary_cross_entropy_with_logits(logits[known], labels[known])


def program(v: Variation) -> Program:
    present = (torch.rand(v.rows, 5) < 0.4).float()
    pattern = torch.randn(5, 3, 3)
    x = 0.3 * torch.randn(v.rows, 1, 12, 12)
    for k in range(5):
        row, column = (k // 3) * 6 + 1, (k % 3) * 4
        x[:, 0, row : row + 3, column : column + 3] += present[:, k, None, None] * pattern[k]
    labels = present.masked_fill(torch.rand(v.rows, 5) < 0.2, UNCERTAIN)
    return Program(ChestNet(v.width), masked_bce, x, labels)
