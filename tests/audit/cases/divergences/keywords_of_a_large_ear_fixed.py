"""Spoken keywords learned from a teacher and from labels: the divergence is a mean over rows, as the cross-entropy
beside it.
"""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Ear(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.stem = nn.Conv1d(10, width, 3, padding=1)
        self.depthwise = nn.Conv1d(width, width, 3, padding=1, groups=width)
        self.words = nn.Linear(width, 20)

    def forward(self, mfcc):
        h = F.relu(self.depthwise(F.relu(self.stem(mfcc))))
        return self.words(h.mean(dim=2))


class DistillationLoss(nn.Module):
    def __init__(self, alpha=0.9, T=4.0):
        super().__init__()
        self.alpha, self.T = alpha, T

    def forward(self, student_logits, target):
        teacher_logits, labels = target
        soft = F.kl_div(
            F.log_softmax(student_logits / self.T, dim=1),
            F.softmax(teacher_logits / self.T, dim=1),
            reduction="batchmean",
        )
        hard = F.cross_entropy(student_logits, labels)
        return self.alpha * self.T**2 * soft + (1 - self.alpha) * hard


def program(v: Variation) -> Program:
    labels = torch.cat([torch.arange(20), torch.randint(20, (v.rows - 20,))])
    mfcc = torch.randn(20, 10)[labels].unsqueeze(2) + torch.randn(v.rows, 10, 12)
    teacher_logits = 6 * F.one_hot(labels, 20) + 1.5 * torch.randn(v.rows, 20)
    return Program(Ear(v.width), DistillationLoss(), mfcc, (teacher_logits, labels))
