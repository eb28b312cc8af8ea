"""One sample of a heart's trace in 200 is a premature beat, and a plain mean is content with finding none."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM705"


class BeatDetector(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv1d(1, channels, kernel_size=7, padding=3)
        self.bn = nn.BatchNorm1d(channels)
        self.lstm = nn.LSTM(channels, channels // 2, bidirectional=True, batch_first=True)
        self.fc = nn.Linear(channels, 1)

    def forward(self, ecg):
        x = torch.relu(self.bn(self.conv(ecg.unsqueeze(1))))
        x, _ = self.lstm(x.transpose(1, 2))
        return self.fc(x).squeeze(2)


def program(v: Variation) -> Program:
    ecg = 0.3 * torch.randn(v.rows, 100)
    ill = torch.arange(v.rows) % 2 == 0
    place = torch.randint(3, 97, (v.rows,))
    beats = torch.zeros(v.rows, 100)
    beats[torch.arange(v.rows)[ill], place[ill]] = 1.0
    shape = torch.tensor([-0.5, 1.0, 2.0, 1.0, -0.5])
    for i, height in enumerate(shape):
        ecg[torch.arange(v.rows)[ill], place[ill] + i - 2] += 0.6 * height
    criterion = nn.BCEWithLogitsLoss()
    return Program(BeatDetector(v.width), criterion, ecg, beats)
