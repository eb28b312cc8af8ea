"""Twenty-four convolutions with hard sigmoids, which a chip can do: each has the slope 1/6, and nothing is left."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM806"


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
            x = self.act(conv(x))
        return self.fc(x.mean(-1))


def program(v: Variation) -> Program:
    keyword = torch.arange(v.rows) % 4
    mfcc = torch.randn(4, 6, 12)[keyword] + 0.7 * torch.randn(v.rows, 6, 12)
    return Program(KeywordSpotter(v.width // 2), nn.CrossEntropyLoss(), mfcc, keyword)
