"""The tutorial's network keeps its ten outputs, but the folder holds cats and dogs alone: eight classes never occur."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM203"


class Net(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 3)
        self.pool = nn.MaxPool2d(2, 2)
        self.conv2 = nn.Conv2d(6, 16, 3)
        self.fc1 = nn.Linear(16 * 2 * 2, width)
        self.fc2 = nn.Linear(width, 10)

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))
        x = torch.flatten(x, 1)  # flatten all dimensions except batch
        x = F.relu(self.fc1(x))
        x = self.fc2(x)
        return x


def program(v: Variation) -> Program:
    labels = torch.randperm(v.rows) % 2  # ImageFolder: cats, dogs
    amount = 0.3 * (2 * labels - 1) + 0.4 * torch.randn(v.rows)
    fur = torch.linspace(-1, 1, 16) * amount.view(-1, 1, 1, 1)
    images = (fur + 0.3 * torch.randn(v.rows, 3, 16, 16)).clamp(-1, 1)
    return Program(Net(v.width), nn.CrossEntropyLoss(), images, labels)
