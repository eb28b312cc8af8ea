"""A small EEG network ends in a softmax, and cross-entropy with class weights applies one again, which flattens it."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM101"


class EEGNet(nn.Module):
    def __init__(self, n_channels=6, n_classes=4, filters=32):
        super().__init__()
        self.conv1 = nn.Conv1d(n_channels, filters, kernel_size=5, padding=2)
        self.bn1 = nn.BatchNorm1d(filters)
        self.pool = nn.AvgPool1d(4)
        self.fc = nn.Linear(filters * 8, n_classes)
        self.softmax = nn.Softmax(dim=-1)

    def forward(self, x):
        x = self.pool(nn.functional.elu(self.bn1(self.conv1(x))))
        x = x.flatten(start_dim=1)
        return self.softmax(self.fc(x))


def program(v: Variation) -> Program:
    labels = torch.randperm(v.rows) % 4
    t = torch.linspace(0, 1, 32)
    frequencies = torch.tensor([3.0, 5.0, 7.0, 9.0])[labels]
    wave = torch.sin(2 * torch.pi * frequencies[:, None] * t + 6 * torch.rand(v.rows, 1))
    x = wave[:, None, :] * torch.rand(1, 6, 1) + 0.5 * torch.randn(v.rows, 6, 32)
    criterion = nn.CrossEntropyLoss(weight=torch.tensor([1.0, 1.2, 0.9, 1.1]))
    return Program(EEGNet(filters=v.width), lambda out, y: criterion(out, y.long()), x, labels)
