"""Five landmarks as shares of a picture's width: a sigmoid keeps them within [0, 1], with a slope everywhere."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class LandmarkNet(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, padding=1)
        self.conv2 = nn.Conv2d(8, 8, 3, padding=1)
        self.fc1 = nn.Linear(8 * 4 * 4, width)
        self.fc2 = nn.Linear(width, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = self.fc2(F.relu(self.fc1(x.flatten(1))))
        return torch.sigmoid(x).view(-1, 5, 2)


FACE = torch.tensor([[-1.0, -1.0], [1.0, -1.0], [0.0, 0.0], [-0.7, 1.0], [0.7, 1.0]])


def program(v: Variation) -> Program:
    centre, size = 0.35 + 0.3 * torch.rand(v.rows, 1, 2), 0.12 + 0.12 * torch.rand(v.rows, 1, 1)
    marks = centre + size * FACE
    grid = torch.stack(torch.meshgrid(torch.arange(16), torch.arange(16), indexing="xy"), dim=-1) / 15
    away = (grid.view(1, 1, 16, 16, 2) - marks.view(-1, 5, 1, 1, 2)).square().sum(-1)
    picture = torch.exp(-away / 0.005).sum(1, keepdim=True) + 0.05 * torch.randn(v.rows, 1, 16, 16)
    return Program(LandmarkNet(v.width), nn.L1Loss(), picture, marks)
