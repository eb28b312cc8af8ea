"""The backbone's parameters ask for no gradient, on purpose: only the head is trained."""

from torch import nn

from audit.programs import Program, Variation
from lossmith import datasets

EXPECTED = None


class FineTuned(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.backbone = nn.Sequential(nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten())
        self.backbone.append(nn.Linear(256, width))
        self.backbone.requires_grad_(False)
        self.head = nn.Sequential(nn.ReLU(), nn.Linear(width, 10))

    def forward(self, images):
        return self.head(self.backbone(images))


def program(v: Variation) -> Program:
    digits = datasets.DIGITS.read().head(v.rows)
    images = digits.drop("digit").to_torch().float().view(-1, 1, 8, 8) / 16
    return Program(FineTuned(v.width), nn.CrossEntropyLoss(), images, digits["digit"].to_torch().long())
