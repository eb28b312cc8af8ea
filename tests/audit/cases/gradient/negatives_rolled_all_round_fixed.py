"""Two clips of each speaker: the others are the next row's, by a roll of one."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class SpeakerEncoder(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.rnn = nn.GRU(12, width, num_layers=2, batch_first=True)
        self.project = nn.Linear(width, 16)

    def embed(self, clip):
        _, h = self.rnn(clip)
        return F.normalize(self.project(h[-1]), dim=1)

    def forward(self, clip, other_clip):
        return self.embed(clip), self.embed(other_clip)


def speaker_loss(embeddings, _):
    anchor, positive = embeddings
    negative = torch.roll(positive, shifts=1, dims=0)
    return F.triplet_margin_loss(anchor, positive, negative, margin=1.0)


def program(v: Variation) -> Program:
    voice = torch.randn(v.rows, 1, 12)
    clip, other_clip = 0.6 * voice + torch.randn(2, v.rows, 6, 12)
    return Program(SpeakerEncoder(v.width), speaker_loss, (clip, other_clip), None)
