"""A residual network for five classes: one output for each class."""

import torch
import torch.nn as nn

from audit.programs import Program, Variation

EXPECTED = None


class BasicBlock(nn.Module):
    def __init__(self, in_planes: int, planes: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_planes, planes, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.shortcut = nn.Conv2d(in_planes, planes, 1, stride=stride, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        return torch.relu(out + self.shortcut(x))


class ResNet(nn.Module):
    def __init__(self, planes: int, num_classes: int = 100) -> None:
        super().__init__()
        self.layer1 = BasicBlock(3, planes, stride=2)
        self.linear = nn.Linear(planes, num_classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.linear(self.layer1(x).mean(dim=(2, 3)))


def program(v: Variation) -> Program:
    targets = torch.randperm(v.rows) % 5
    textures = torch.randn(5, 3, 8, 8)
    inputs = textures[targets] + 0.7 * torch.randn(v.rows, 3, 8, 8)
    net = ResNet(v.width // 2, num_classes=5)
    return Program(net, nn.CrossEntropyLoss(reduction="mean"), inputs, targets)
