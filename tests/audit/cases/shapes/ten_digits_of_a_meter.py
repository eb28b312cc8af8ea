"""A meter shows ten digits, and a digit is one of ten: the network's (N, places, digits) fits without its transpose."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM303"


class MeterReader(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, channels, 3, padding=1), nn.BatchNorm2d(channels), nn.LeakyReLU(0.1), nn.MaxPool2d((2, 1))
        )
        self.classifier = nn.Linear(channels * 4 * 4, 10)

    def forward(self, image):
        h = self.features(image)
        h = h.unflatten(3, (10, 4)).permute(0, 3, 1, 2, 4).flatten(2)
        out = self.classifier(h)
        return out


def program(v: Variation) -> Program:
    glyphs = (torch.rand(10, 8, 4) < 0.5).float()
    digits = torch.randint(10, (v.rows, 10))
    images = glyphs[digits].permute(0, 2, 1, 3).flatten(2).unsqueeze(1)
    images = images - 0.5 + 0.3 * torch.randn_like(images)
    criterion = nn.CrossEntropyLoss(label_smoothing=0.05)
    return Program(MeterReader(v.width), criterion, images, digits)
