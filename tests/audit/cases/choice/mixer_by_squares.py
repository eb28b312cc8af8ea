"""An MLP-mixer ends in a softmax and is fitted to one-hot rows by squares, which are flat where it is surely wrong."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM706"


class MixerBlock(nn.Module):
    def __init__(self, tokens, dim, hidden):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(dim), nn.LayerNorm(dim)
        self.token_mix = nn.Sequential(nn.Linear(tokens, hidden), nn.GELU(), nn.Linear(hidden, tokens))
        self.channel_mix = nn.Sequential(nn.Linear(dim, hidden), nn.GELU(), nn.Linear(hidden, dim))

    def forward(self, x):
        x = x + self.token_mix(self.norm1(x).transpose(1, 2)).transpose(1, 2)
        return x + self.channel_mix(self.norm2(x))


class MLPMixer(nn.Module):
    def __init__(self, hidden, num_classes):
        super().__init__()
        self.patches = nn.Conv2d(1, 16, kernel_size=3, stride=3)
        self.block = MixerBlock(16, 16, hidden)
        self.head = nn.Linear(16, num_classes)

    def forward(self, img):
        x = self.patches(img).flatten(2).transpose(1, 2)
        logits = self.head(self.block(x).mean(1))
        return F.softmax(logits, dim=-1)


def program(v: Variation) -> Program:
    label = torch.arange(v.rows) % 6
    img = torch.randn(6, 1, 12, 12)[label] + 0.8 * torch.randn(v.rows, 1, 12, 12)
    target = F.one_hot(label, num_classes=6).float()
    return Program(MLPMixer(v.width, 6), nn.MSELoss(), img, target)
