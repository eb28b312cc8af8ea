"""Transcription without an alignment: log-probabilities go to CTC with time first, 0 is the blank and no label."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class Listener(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.recurrent = nn.GRU(6, width, batch_first=True, bidirectional=True)
        self.head = nn.Linear(2 * width, 7)

    def forward(self, frames):
        return self.head(self.recurrent(frames)[0]).log_softmax(-1)


def transcription(log_probabilities, target):
    labels, lengths = target
    frames = torch.full((len(labels),), log_probabilities.shape[1])
    return F.ctc_loss(log_probabilities.transpose(0, 1), labels, frames, lengths)


def program(v: Variation) -> Program:
    lengths = torch.randint(2, 6, (v.rows,))
    labels = torch.randint(1, 7, (v.rows, 5))
    frames = F.one_hot(labels.repeat_interleave(4, 1) - 1, 6) + 0.3 * torch.randn(v.rows, 20, 6)
    spoken = (torch.arange(5) < lengths[:, None]).repeat_interleave(4, 1)
    return Program(Listener(v.width), transcription, frames * spoken[..., None], (labels, lengths))
