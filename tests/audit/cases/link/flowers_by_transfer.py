"""A frozen backbone with a new head for five flowers, whose softmax comes before cross-entropy."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM101"


class Flowers(nn.Module):
    def __init__(self, width: int, num_classes: int) -> None:
        super().__init__()
        self.backbone = nn.Sequential(
            nn.Conv2d(3, 16, 3, stride=2, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.AdaptiveAvgPool2d(4)
        )
        for p in self.backbone.parameters():
            p.requires_grad = False
        self.fc = nn.Sequential(
            nn.Linear(16 * 4 * 4, width),
            nn.ReLU(),
            nn.Dropout(0.2),
            nn.Linear(width, num_classes),
            nn.Softmax(dim=1),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc(torch.flatten(self.backbone(x), 1))


def program(v: Variation) -> Program:
    labels = torch.arange(v.rows)[torch.randperm(v.rows)] % 5
    petals = torch.rand(5, 3, 16, 16)
    images = (petals[labels] + 0.2 * torch.randn(v.rows, 3, 16, 16)).clamp(0, 1)
    images = (images - 0.5) / 0.25
    return Program(Flowers(v.width, 5), nn.CrossEntropyLoss(label_smoothing=0.1), images, labels)
