"""Two auxiliary classifiers, as in GoogLeNet, whose losses count 0.3 each."""

from collections import namedtuple

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


Outputs = namedtuple("Outputs", ["logits", "aux1", "aux2"])


class SmallInception(nn.Module):
    def __init__(self, channels, num_classes):
        super().__init__()
        self.stage1 = nn.Sequential(nn.Conv2d(1, channels, 3, padding=1), nn.BatchNorm2d(channels), nn.ReLU())
        self.stage2 = nn.ModuleList(nn.Conv2d(channels, channels // 2, k, padding=k // 2) for k in (1, 3))
        self.stage3 = nn.Sequential(nn.Conv2d(channels, channels, 3, stride=2), nn.ReLU())
        self.fc, self.aux1, self.aux2 = (nn.Linear(channels, num_classes) for _ in range(3))

    def forward(self, x):
        a = self.stage1(x)
        b = torch.relu(torch.cat([branch(a) for branch in self.stage2], dim=1))
        c = self.stage3(b)
        a, b, c = (features.mean(dim=(2, 3)) for features in (a, b, c))
        return Outputs(self.fc(c), self.aux1(a), self.aux2(b))


class InceptionLoss(nn.Module):
    def __init__(self):
        super().__init__()
        self.criterion = nn.CrossEntropyLoss()

    def forward(self, outputs, labels):
        loss1 = self.criterion(outputs.logits, labels)
        loss2 = self.criterion(outputs.aux1, labels)
        loss3 = self.criterion(outputs.aux2, labels)
        return loss1 + 0.3 * loss2 + 0.3 * loss3


def program(v: Variation) -> Program:
    labels = torch.arange(v.rows) % 4
    texture = torch.randn(4, 1, 3, 3)[labels].repeat(1, 1, 4, 4)
    images = texture + 0.5 * torch.randn(v.rows, 1, 12, 12)
    return Program(SmallInception(v.width // 2, 4), InceptionLoss(), images, labels)
