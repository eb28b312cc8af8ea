"""One of six gestures of a wrist, as a one-hot row: six independent sigmoids for what excludes each other."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from audit.programs import Program, Variation

EXPECTED = "LM212"


class IMUNet(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.tcn = nn.Sequential(
            nn.Conv1d(6, width, 5, padding=4, dilation=2), nn.PReLU(), nn.Conv1d(width, width, 3), nn.PReLU()
        )
        self.classify = nn.Linear(2 * width, 6)

    def forward(self, signal: Tensor) -> Tensor:
        z = self.tcn(signal)
        return self.classify(torch.cat([z.mean(-1), z.amax(-1)], dim=1))


def program(v: Variation) -> Program:
    gesture = torch.randperm(v.rows) % 6
    template = torch.randn(6, 6, 1) * torch.sin(torch.linspace(0, 5, 32))
    signal = template[gesture] + 1.0 * torch.randn(v.rows, 6, 32)
    onehot = F.one_hot(gesture, num_classes=6).float()
    return Program(IMUNet(v.width), F.binary_cross_entropy_with_logits, signal, onehot)
