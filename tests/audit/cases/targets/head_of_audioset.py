"""The head of 527 sounds, taken over from a pretrained model, is trained on five sounds of a factory."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM203"


class SoundTagger(nn.Module):
    def __init__(self, width, n_class):
        super().__init__()
        self.conv = nn.Conv2d(1, 8, (3, 3), padding=1)
        self.fc1 = nn.Linear(8 * 16, width)
        self.fc_audioset = nn.Linear(width, n_class)

    def forward(self, mel):
        x = F.relu(self.conv(mel.unsqueeze(1)))
        x = x.amax(dim=3) + x.mean(dim=3)
        return self.fc_audioset(F.dropout(F.relu(self.fc1(x.flatten(1))), 0.1, self.training))


def program(v: Variation) -> Program:
    sound = torch.arange(v.rows) % 5
    bands = torch.arange(16)
    mel = torch.exp(-(((bands - 3.0 * sound[:, None] - 2.0) / 1.5) ** 2))[:, :, None]
    mel = mel + 0.2 * torch.randn(v.rows, 16, 12)
    return Program(SoundTagger(v.width, 527), F.cross_entropy, mel, sound)
