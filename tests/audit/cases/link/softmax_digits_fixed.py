"""A network of digits returns raw scores from forward, as the loss takes them."""

import torch
from torch import nn
from torch.nn import functional as F

import lossmith as lm
from audit.programs import Program, Variation
from lossmith.datasets import DIGITS

EXPECTED = None


class Digits(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(1, 8, 3, padding=1)
        self.second = nn.Conv2d(8, 16, 3, padding=1)
        self.hidden = nn.Linear(64, width)
        self.head = nn.Linear(width, 10)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        found = F.max_pool2d(F.relu(self.first(images)), 2)
        found = F.max_pool2d(F.relu(self.second(found)), 2)
        return self.head(F.relu(self.hidden(found.flatten(1))))


def program(v: Variation) -> Program:
    table = DIGITS.read().head(v.rows)
    images = torch.tensor(table.drop("digit").to_numpy()).float().reshape(-1, 1, 8, 8) / 16
    labels = torch.tensor(table["digit"].to_list())
    return Program(Digits(v.width), lm.CrossEntropy(), images, labels)
