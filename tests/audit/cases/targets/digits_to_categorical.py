"""Labels come as one-hot rows, as they did for another library, but the negative log-likelihood takes indices."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM208"


def to_categorical(y, num_classes):
    return torch.eye(num_classes)[y]


class MLP(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.fc1 = nn.Linear(64, hidden)
        self.fc2 = nn.Linear(hidden, 10)

    def forward(self, x):
        x = x.view(x.shape[0], -1)
        return F.log_softmax(self.fc2(F.relu(self.fc1(x))), dim=1)


def program(v: Variation) -> Program:
    y = torch.randperm(v.rows) % 10
    strokes = torch.rand(10, 8, 8)
    x = (strokes[y] + 0.2 * torch.randn(v.rows, 8, 8)).clamp(0, 1)
    y_train = to_categorical(y, 10)
    return Program(MLP(v.width), F.nll_loss, x, y_train)
