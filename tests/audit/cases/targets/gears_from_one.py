"""A gearbox's faults are filed under 1 to 4, and the multi-class hinge of torch wants 0 to 3: it raises."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM201"


class Vibration(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv1d(2, width // 2, 7, stride=2, padding=3),
            nn.BatchNorm1d(width // 2),
            nn.ReLU(),
            nn.AdaptiveMaxPool1d(4),
            nn.Flatten(),
        )
        self.fault = nn.Linear(2 * width, 4)

    def forward(self, signal):
        return self.fault(self.features(signal))


def program(v: Variation) -> Program:
    folder = torch.arange(v.rows) % 4 + 1
    time = torch.linspace(0, 6.28, 48)
    phase = 6.28 * torch.rand(v.rows, 2, 1)
    signal = torch.sin(3 * folder.view(-1, 1, 1) * time + phase) + 0.3 * torch.randn(v.rows, 2, 48)
    label = folder
    return Program(Vibration(v.width), nn.MultiMarginLoss(margin=0.5), signal, label)
