"""Speakers by the mean and the spread of their frames, as in x-vectors: a small number stands under the root, for clips
of one frame.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class StatisticsPooling(nn.Module):
    def forward(self, frames, valid):
        count = valid.sum(dim=2)
        mean = (frames * valid).sum(dim=2) / count
        variance = ((frames - mean[..., None]).square() * valid).sum(dim=2) / count
        return torch.cat([mean, (variance + 1e-5).sqrt()], dim=1)


class XVector(nn.Module):
    def __init__(self, bands, width, speakers):
        super().__init__()
        self.frame = nn.Conv1d(bands, width, 1)
        self.context = nn.Conv1d(width, width, 3, padding=1)
        self.pool = StatisticsPooling()
        self.segment = nn.Linear(2 * width, width)
        self.speaker = nn.Linear(width, speakers)

    def forward(self, bands, length):
        valid = (torch.arange(bands.shape[2]) < length[:, None])[:, None].float()
        x = torch.tanh(self.frame(bands)) * valid
        x = torch.tanh(self.context(x)) + x
        return self.speaker(torch.tanh(self.segment(self.pool(x, valid))))


def program(v: Variation) -> Program:
    speaker = torch.randperm(v.rows) % 4
    length = torch.randint(4, 21, (v.rows,))
    length[:: max(1, v.rows // 5)] = 1
    bands = torch.randn(4, 12, 1)[speaker] + 0.8 * torch.randn(v.rows, 12, 20)
    return Program(XVector(12, v.width, 4), nn.CrossEntropyLoss(), (bands, length), speaker)
