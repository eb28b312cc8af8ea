"""Pseudo-labels count where the weak view is confident, and are divided by all rows: few count early, as intended."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class FixMatch(nn.Module):
    def __init__(self, threshold=0.7, weight=1.0):
        super().__init__()
        self.threshold, self.weight = threshold, weight

    def forward(self, logits, label):
        labelled, weak, strong = logits
        with torch.no_grad():
            confidence, pseudo = weak.softmax(1).max(1)
            keep = (confidence >= self.threshold).float()
        unlabelled = F.cross_entropy(strong, pseudo, reduction="none") * keep
        return F.cross_entropy(labelled, label) + self.weight * unlabelled.mean()


class ThreeViews(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.net = nn.Sequential(nn.Conv1d(1, width, 5, stride=2), nn.ReLU(), nn.Flatten(), nn.LazyLinear(3))
        self.net(torch.zeros(1, 1, 16))

    def forward(self, labelled, weak, strong):
        return self.net(torch.cat([labelled, weak, strong])).split([len(labelled), len(weak), len(strong)])


def program(v: Variation) -> Program:
    shape = torch.randn(3, 1, 16)
    label, hidden = torch.arange(v.rows // 2) % 3, torch.randint(3, (v.rows,))
    labelled = shape[label] + 0.4 * torch.randn(v.rows // 2, 1, 16)
    weak = shape[hidden] + 0.4 * torch.randn(v.rows, 1, 16)
    return Program(ThreeViews(v.width), FixMatch(), (labelled, weak, weak + 0.6 * torch.randn_like(weak)), label)
