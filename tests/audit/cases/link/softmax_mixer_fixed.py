"""An MLP-Mixer of 16x16 pictures returns scores; the softmax is left to the cross-entropy with smoothed labels."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Mixer(nn.Module):
    def __init__(self, width, classes=5):
        super().__init__()
        self.patches = nn.Conv2d(1, width, kernel_size=4, stride=4)
        self.mix_tokens = nn.Sequential(nn.LayerNorm(16), nn.Linear(16, 16), nn.GELU(), nn.Linear(16, 16))
        self.mix_channels = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, width), nn.GELU())
        self.classify = nn.Linear(width, classes)

    def forward(self, images):
        h = self.patches(images).flatten(2)
        h = (h + self.mix_tokens(h)).transpose(1, 2)
        h = (h + self.mix_channels(h)).mean(dim=1)
        return self.classify(h)


def program(v: Variation) -> Program:
    shapes = torch.randn(5, 1, 16, 16)
    kind = torch.arange(v.rows) % 5
    images = shapes[kind] + 0.8 * torch.randn(v.rows, 1, 16, 16)
    return Program(Mixer(v.width), nn.CrossEntropyLoss(label_smoothing=0.1), images, kind)
