"""Two signatures have one distance, (N,), and one label."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class SiameseNetwork(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.cnn = nn.Sequential(
            nn.Conv2d(1, 8, kernel_size=3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 8, 3), nn.ReLU()
        )
        self.fc = nn.Sequential(nn.Flatten(), nn.Linear(8 * 4 * 4, hidden), nn.ReLU(), nn.Linear(hidden, 6))

    def forward_once(self, image):
        return self.fc(self.cnn(image))

    def forward(self, input1, input2):
        return self.forward_once(input1), self.forward_once(input2)


class ContrastiveLoss(nn.Module):
    def __init__(self, margin=1.0):
        super().__init__()
        self.margin = margin

    def forward(self, outputs, label):
        euclidean_distance = F.pairwise_distance(*outputs)
        return torch.mean(
            (1 - label) * torch.pow(euclidean_distance, 2)
            + label * torch.pow(torch.clamp(self.margin - euclidean_distance, min=0.0), 2)
        )


def program(v: Variation) -> Program:
    first = torch.randn(v.rows, 1, 12, 12)
    forged = (torch.rand(v.rows) < 0.5).float()
    stranger = forged.view(-1, 1, 1, 1)
    second = (1 - stranger) * first + stranger * torch.randn_like(first) + 0.2 * torch.randn_like(first)
    return Program(SiameseNetwork(v.width), ContrastiveLoss(), (first, second), forged)
