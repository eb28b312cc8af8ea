"""Faces have a spread of likely ages around the true one; the network ends in a softmax, of which KLDivLoss wants the
log.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM401"


class Ages(nn.Module):
    def __init__(self, width, ages):
        super().__init__()
        self.conv = nn.Sequential(nn.Conv2d(1, width // 2, 3, stride=2, padding=1), nn.ReLU(), nn.AvgPool2d(2))
        self.fc = nn.Linear(width // 2 * 16, ages)
        self.out = nn.Softmax(dim=1)

    def forward(self, face):
        return self.out(self.fc(self.conv(face).flatten(1)))


def program(v: Variation) -> Program:
    age = 2 + torch.rand(v.rows, 1) * 16
    spread = torch.softmax(-((torch.arange(20) - age) ** 2) / (2 * 1.5**2), dim=1)
    wrinkles, shape = torch.randn(2, 4, 4).repeat_interleave(4, 1).repeat_interleave(4, 2)
    grown = (age.view(-1, 1, 1) - 10) / 5
    face = (grown * wrinkles + (1 - grown.abs()) * shape).unsqueeze(1) + 0.3 * torch.randn(v.rows, 1, 16, 16)
    return Program(Ages(v.width, 20), nn.KLDivLoss(reduction="batchmean"), face, spread)
