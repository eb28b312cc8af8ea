"""Encoder and head are both in the graph."""

from torch import nn

import lossmith as lm
from audit.programs import Program, Variation
from lossmith import datasets

EXPECTED = None


class Classifier(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.encoder = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten())
        self.encoder.append(nn.Linear(128, width))
        self.head = nn.Sequential(nn.ReLU(), nn.Linear(width, 10))

    def forward(self, images):
        features = self.encoder(images)
        return self.head(features)


def program(v: Variation) -> Program:
    digits = datasets.DIGITS.read().head(v.rows)
    images = digits.drop("digit").to_torch().float().view(-1, 1, 8, 8) / 16
    return Program(Classifier(v.width), lm.CrossEntropy(), images, digits["digit"].to_torch().long())
