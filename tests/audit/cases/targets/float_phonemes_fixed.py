"""Phonemes were padded with numpy, which makes floats of them, and are made indices again for NLLLoss."""

import numpy as np
import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Phonemes(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.tdnn = nn.Sequential(
            nn.Conv1d(13, channels, 3, padding=1),
            nn.ReLU(),
            nn.Conv1d(channels, channels, 3, padding=2, dilation=2),
            nn.ReLU(),
            nn.Conv1d(channels, 7, 1),
            nn.LogSoftmax(dim=1),
        )

    def forward(self, mfcc):
        return self.tdnn(mfcc.transpose(1, 2))


def pad(sequences, value):
    longest = max(len(s) for s in sequences)
    rows = np.full((len(sequences), longest), value, dtype=np.float32)
    for row, s in zip(rows, sequences, strict=True):
        row[: len(s)] = s
    return torch.from_numpy(rows)


def program(v: Variation) -> Program:
    lengths = torch.randint(8, 16, (v.rows,)).tolist()
    labels = pad([torch.randint(7, (n // 2,)).repeat_interleave(2).numpy() for n in lengths], -1)
    sounds = torch.randn(8, 13)
    mfcc = sounds[labels.long()] + 0.4 * torch.randn(*labels.shape, 13)
    return Program(Phonemes(v.width), nn.NLLLoss(ignore_index=-1), mfcc, labels.long())
