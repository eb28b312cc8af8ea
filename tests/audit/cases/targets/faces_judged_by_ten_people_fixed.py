"""Ten people say which feeling a face shows, and their counts are divided by ten into a distribution."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class EmotionNet(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, width, 3, padding=1),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d(4),
        )
        self.classifier = nn.Linear(width * 16, 8)

    def forward(self, x):
        return self.classifier(torch.flatten(self.features(x), 1))


def cross_entropy_soft(logits, votes):
    return torch.mean(torch.sum(-votes * nn.functional.log_softmax(logits, dim=1), dim=1))


def program(v: Variation) -> Program:
    feeling = torch.randperm(v.rows) % 8
    faces = torch.randn(8, 16, 16)
    image = faces[feeling] + 0.5 * torch.randn(v.rows, 16, 16)
    opinion = torch.full((v.rows, 8), 0.06)
    opinion[torch.arange(v.rows), feeling] = 0.58
    picks = torch.multinomial(opinion, 10, replacement=True)
    votes = nn.functional.one_hot(picks, 8).sum(1).float()
    return Program(EmotionNet(v.width), cross_entropy_soft, image.unsqueeze(1), votes / votes.sum(1, keepdim=True))
