"""Each activity's scores are averaged over the time steps and go into cross-entropy, which applies the only softmax."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class ActivityNet(nn.Module):
    """Strided 1-d convolutions over three accelerometer axes; every remaining time step votes."""

    def __init__(self, channels: int, activities: int = 4) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(3, channels, kernel_size=5, stride=2, padding=2)
        self.conv2 = nn.Conv1d(channels, activities, kernel_size=3, padding=1)

    def forward(self, acc: torch.Tensor) -> torch.Tensor:
        votes = self.conv2(F.leaky_relu(self.conv1(acc), 0.1))
        return votes.mean(dim=2)


def program(v: Variation) -> Program:
    activity = torch.arange(v.rows) % 4
    t = torch.arange(40) / 40
    tempo = torch.tensor([1.0, 3.0, 6.0, 9.0])[activity]
    phase = torch.rand(v.rows, 3, 1)
    acc = torch.sin(2 * torch.pi * (tempo[:, None, None] * t + phase)) + 0.2 * torch.randn(v.rows, 3, 40)
    return Program(ActivityNet(v.width), F.cross_entropy, acc, activity)
