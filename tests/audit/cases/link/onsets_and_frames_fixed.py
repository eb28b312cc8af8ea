"""A piano's notes, by their onsets, by the frames in which they sound, and by how hard they were struck: both losses of
yes and no are given raw scores.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class Transcriber(nn.Module):
    def __init__(self, bins, keys, width):
        super().__init__()
        self.acoustic = nn.Conv1d(bins, width, 3, padding=1)
        self.onset = nn.Conv1d(width, keys, 3, padding=1)
        self.frame = nn.GRU(width + keys, width // 2, batch_first=True, bidirectional=True)
        self.frame_head, self.velocity = nn.Linear(2 * (width // 2), keys), nn.Conv1d(width, keys, 1)

    def forward(self, spectrogram):
        h = F.relu(self.acoustic(spectrogram))
        onset = self.onset(h)
        states, _ = self.frame(torch.cat([h, onset.sigmoid()], dim=1).mT)
        return onset, self.frame_head(states).mT, self.velocity(h)


class TranscriptionLoss(nn.Module):
    def __init__(self):
        super().__init__()
        self.bce = nn.BCEWithLogitsLoss()

    def forward(self, output, label):
        onset, frame, velocity = output
        struck = label["onset"]
        error = (struck * (velocity - label["velocity"]).square()).sum() / struck.sum()
        return self.bce(onset, struck) + self.bce(frame, label["frame"]) + 0.5 * error


def program(v: Variation) -> Program:
    onset = (torch.rand(v.rows, 5, 10) < 0.2).float()
    frame = torch.maximum(onset, torch.maximum(onset.roll(1, dims=2), onset.roll(2, dims=2)))
    velocity = torch.randn(v.rows, 5, 10) / 2
    loud = onset * (2 + velocity) + 0.7 * (frame - onset)
    spectrogram = torch.einsum("bk,nkt->nbt", torch.randn(12, 5) / 2, loud) + 0.2 * torch.randn(v.rows, 12, 10)
    label = {"onset": onset, "frame": frame, "velocity": velocity}
    return Program(Transcriber(12, 5, v.width), TranscriptionLoss(), spectrogram, label)
