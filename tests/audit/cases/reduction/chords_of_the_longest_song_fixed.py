"""Chords of songs kept in one long row: each song's losses are added and divided by its own length."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class ChordNet(nn.Module):
    def __init__(self, width, chords):
        super().__init__()
        self.chroma = nn.Linear(12, width)
        self.chord = nn.Linear(width, chords)

    def forward(self, chroma):
        return torch.log_softmax(self.chord(torch.sin(self.chroma(chroma))), dim=-1)


def song_loss(log_p, target):
    chord, song = target["chord"], target["song"]
    frames = torch.bincount(song)
    nll = -torch.take_along_dim(log_p, chord[:, None], dim=1).squeeze(1)
    total = torch.zeros(len(frames)).index_add(0, song, nll)
    return (total / frames).mean()


def program(v: Variation) -> Program:
    frames = torch.randint(2, 9, (v.rows,))
    frames[0] = 30
    song = torch.repeat_interleave(torch.arange(v.rows), frames)
    chord = torch.randint(0, 6, (len(song),))
    chroma = torch.eye(12)[2 * chord] + torch.eye(12)[(2 * chord + 3) % 12] + 0.4 * torch.randn(len(song), 12)
    return Program(ChordNet(v.width, 6), song_loss, chroma, {"chord": chord, "song": song})
