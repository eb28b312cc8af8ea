"""Twenty-four convolutions with shortcuts around each, so that the gradient passes the hard sigmoids by."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class KeywordSpotter(nn.Module):
    def __init__(self, channels, depth=24):
        super().__init__()
        self.stem = nn.Conv1d(6, channels, 3, padding=1)
        self.convs = nn.ModuleList(nn.Conv1d(channels, channels, 3, padding=1) for _ in range(depth))
        self.act = nn.Hardsigmoid()
        self.fc = nn.Linear(channels, 4)

    def forward(self, mfcc):
        x = self.stem(mfcc)
        for conv in self.convs:
            x = x + 0.2 * (self.act(conv(x)) - 0.5)
        return self.fc(x.mean(-1))


def program(v: Variation) -> Program:
    keyword = torch.arange(v.rows) % 4
    mfcc = torch.randn(4, 6, 12)[keyword] + 0.7 * torch.randn(v.rows, 6, 12)
    return Program(KeywordSpotter(v.width // 2), nn.CrossEntropyLoss(), mfcc, keyword)
