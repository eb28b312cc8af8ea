"""Four emotions and the strength of a voice, with a head for each."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


EMOTIONS = 4


class VoiceEncoder(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.front = nn.Conv1d(8, width, 3, padding=1)
        self.weigh = nn.Linear(width, 1, bias=False)
        self.emotion = nn.Linear(width, EMOTIONS)
        self.strength = nn.Linear(width, 1)

    def forward(self, frames):
        h = F.gelu(self.front(frames)).transpose(1, 2)
        pooled = (self.weigh(h).softmax(1) * h).sum(1)
        return {"emotion": self.emotion(pooled), "strength": self.strength(pooled).squeeze(1)}


def voice_loss(output, target):
    emotion = F.cross_entropy(output["emotion"], target["emotion"], label_smoothing=0.05)
    return emotion + 0.5 * F.huber_loss(output["strength"], target["strength"])


def program(v: Variation) -> Program:
    emotion, strength = torch.randint(EMOTIONS, (v.rows,)), torch.randn(v.rows)
    timbre, loud = torch.randn(EMOTIONS, 8, 1), torch.randn(8, 1)
    frames = timbre[emotion] + strength.view(-1, 1, 1) * loud + torch.randn(v.rows, 8, 14)
    return Program(VoiceEncoder(v.width), voice_loss, frames, {"emotion": emotion, "strength": strength})
