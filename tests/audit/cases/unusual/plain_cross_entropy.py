"""Lossmith's cross-entropy as a module, with an ignored label that is declared."""

from torch import nn

import lossmith as lm
from audit.programs import Program, Variation
from lossmith import datasets

EXPECTED = None


def program(v: Variation) -> Program:
    digits = datasets.DIGITS.read().head(v.rows)
    images = digits.drop("digit").to_torch().float().view(-1, 1, 8, 8) / 16
    label = digits["digit"].to_torch().long()
    label[10::7] = -100
    trunk = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(512, v.width), nn.ReLU())
    model = nn.Sequential(trunk, nn.Linear(v.width, 10))
    return Program(model, lm.Criterion(lm.CrossEntropy(), ignore_index=-100), images, label)
