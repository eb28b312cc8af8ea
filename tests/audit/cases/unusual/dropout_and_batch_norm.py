"""Dropout and batch norm: the loss differs from call to call, and a row's loss depends on the other rows."""

from torch import nn

from audit.programs import Program, Variation
from lossmith import datasets

EXPECTED = None


def program(v: Variation) -> Program:
    digits = datasets.DIGITS.read().head(v.rows)
    images = digits.drop("digit").to_torch().float().view(-1, 1, 8, 8) / 16
    model = nn.Sequential(
        nn.Conv2d(1, v.width, 3, padding=1, bias=False),
        nn.BatchNorm2d(v.width),
        nn.ReLU(),
        nn.Dropout2d(0.2),
        nn.AvgPool2d(2),
        nn.Flatten(),
        nn.Dropout(0.5),
        nn.Linear(16 * v.width, 10),
    )
    return Program(model, nn.CrossEntropyLoss(), images, digits["digit"].to_torch().long())
