"""Five gestures from a wrist's accelerometer: squares of the softmax against one-hot rows, which hardly slope where
the softmax is sure and wrong.
"""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM706"


class GestureNet(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.features = nn.Conv1d(3, width, 5, padding=2)
        self.attend = nn.Linear(width, 1)
        self.classes = nn.Linear(width, 5)

    def forward(self, acceleration):
        h = F.hardswish(self.features(acceleration)).transpose(1, 2)
        weight = self.attend(h).softmax(dim=1)
        return self.classes((weight * h).sum(dim=1))


def gesture_loss(scores, gesture):
    return F.mse_loss(scores.softmax(dim=-1), F.one_hot(gesture, 5).float())


def program(v: Variation) -> Program:
    gesture = torch.arange(v.rows) % 5
    time = torch.linspace(0, 1, 20)
    wave = torch.sin((2 + 2 * gesture).view(-1, 1, 1) * 3.14 * (time + torch.rand(v.rows, 1, 1)))
    axis = torch.randn(5, 3)[gesture].unsqueeze(2)
    return Program(GestureNet(v.width), gesture_loss, axis * wave + 0.2 * torch.randn(v.rows, 3, 20), gesture)
