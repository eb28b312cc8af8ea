"""A network of 10 digits keeps a head of 1000 classes, of which the labels know the first ten."""

import torch
from torch import nn

from audit.programs import Program, Variation
from lossmith.datasets import DIGITS

EXPECTED = "LM203"


def program(v: Variation) -> Program:
    table = DIGITS.read().head(v.rows)
    images = torch.tensor(table.drop("digit").to_numpy()).float().reshape(-1, 1, 8, 8) / 16
    labels = torch.tensor(table["digit"].to_list())
    model = nn.Sequential(
        nn.Conv2d(1, v.width, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(16 * v.width, 1000),
    )
    return Program(model, nn.CrossEntropyLoss(), images, labels)
