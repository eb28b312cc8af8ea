"""Frames of a microphone: silence, speech, and in 3 of 1000 breaking glass, each class weighted by its rareness."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class SoundEvents(nn.Module):
    """A depthwise-separable convolutional network over the frames: (N, bands, T) to (N, classes, T)."""

    def __init__(self, n_mels, channels):
        super().__init__()
        self.depthwise = nn.Conv1d(n_mels, n_mels, 5, padding=2, groups=n_mels)
        self.pointwise = nn.Conv1d(n_mels, channels, 1)
        self.classify = nn.Conv1d(channels, 3, 1)

    def forward(self, x):
        return self.classify(nn.functional.gelu(self.pointwise(self.depthwise(x) + x)))


def program(v: Variation) -> Program:
    frames = v.rows * 80
    events = (torch.rand(frames // 4) < 0.4).long().repeat_interleave(4)
    glass = torch.randperm(frames)[: 3 * frames // 1000]
    events[glass] = 2
    sounds = 0.5 * torch.randn(3, 10)[events] + 0.8 * torch.randn(frames, 10)
    mel, labels = sounds.view(v.rows, 80, 10).transpose(1, 2), events.view(v.rows, 80)
    loss = nn.CrossEntropyLoss(weight=torch.tensor([0.56, 0.84, 111.0]))
    return Program(SoundEvents(10, v.width), loss, mel, labels)
