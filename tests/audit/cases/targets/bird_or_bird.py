"""One bird sings in each recording, and the loss asks of each species alone whether it sings, as if they could
together.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM212"


class Song(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.frames = nn.Conv1d(8, width, 5, padding=2)
        self.depthwise = nn.Conv1d(width, width, 3, padding=1, groups=width)
        self.species = nn.Linear(2 * width, 6)

    def forward(self, mel):
        x = F.gelu(self.depthwise(F.gelu(self.frames(mel))))
        return self.species(torch.cat([x.mean(2), x.amax(2)], dim=1))


def program(v: Variation) -> Program:
    bird = torch.arange(v.rows) % 6
    phrase = torch.randn(6, 8, 1) * torch.sin(torch.arange(16) * (1 + torch.arange(6).view(6, 1, 1)) / 3)
    mel = phrase[bird] + 0.5 * torch.randn(v.rows, 8, 16)
    return Program(Song(v.width), nn.MultiLabelSoftMarginLoss(), mel, F.one_hot(bird, 6).float())
