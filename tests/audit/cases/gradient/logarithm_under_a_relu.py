"""Bird calls by learned filters: the power is at most 1, so its logarithm is at most 0, and a ReLU right behind it
is dead for every call.
"""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM808"


class LearnedFilterbank(nn.Module):
    def __init__(self, bins=24, filters=10):
        super().__init__()
        self.shape = nn.Parameter(torch.randn(bins, filters))

    def forward(self, power):
        return torch.log(power @ self.shape.softmax(dim=0) + 1e-6)


class BirdNet(nn.Module):
    def __init__(self, width, birds=5):
        super().__init__()
        self.front = LearnedFilterbank()
        self.norm = nn.LayerNorm(10)
        self.lstm = nn.LSTM(10, width, batch_first=True)
        self.birds = nn.Linear(width, birds)

    def forward(self, power):
        x = F.relu(self.front(power))
        _, (h, _) = self.lstm(self.norm(x))
        return self.birds(h[0])


def program(v: Variation) -> Program:
    bird = torch.arange(v.rows) % 5
    pitch = (3 + 4 * bird).view(-1, 1, 1) + torch.randn(v.rows, 8, 1)
    call = torch.exp(-((torch.arange(24) - pitch) ** 2) / 8)
    power = (0.8 * call + 0.1 * torch.rand(v.rows, 8, 24)).clamp(max=1.0)
    return Program(BirdNet(v.width), nn.CrossEntropyLoss(label_smoothing=0.05), power, bird)
