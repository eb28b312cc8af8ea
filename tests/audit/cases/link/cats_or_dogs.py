"""Cat or dog with one output: a softmax over one unit is 1 for every image."""

import torch
import torch.nn as nn

from audit.programs import Program, Variation

EXPECTED = "LM108"


def make_model(width: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2, 2),
        nn.Conv2d(8, 16, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2, 2),
        nn.Flatten(),
        nn.Linear(16 * 4 * 4, width),
        nn.ReLU(),
        nn.Linear(width, 1),
        nn.Softmax(dim=1),
    )


def program(v: Variation) -> Program:
    labels = torch.randperm(v.rows) % 2
    cat, dog = torch.rand(2, 3, 16, 16)
    img = torch.where(labels.view(-1, 1, 1, 1) == 1, dog, cat) + 0.8 * torch.randn(v.rows, 3, 16, 16)
    criterion = nn.BCELoss()
    return Program(make_model(v.width), criterion, img, labels.float().unsqueeze(1))
