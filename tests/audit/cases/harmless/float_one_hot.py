"""One-hot rows as floats are distributions, which cross-entropy takes as well as indices."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation
from lossmith.datasets import DIGITS

EXPECTED = None


def program(v: Variation) -> Program:
    table = DIGITS.read().head(v.rows)
    images = torch.tensor(table.drop("digit").to_numpy()).float().reshape(-1, 1, 8, 8) / 16
    labels = torch.tensor(table["digit"].to_list())
    model = nn.Sequential(
        nn.Conv2d(1, v.width, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(16 * v.width, 10)
    )
    return Program(model, lambda p, t: F.cross_entropy(p, t), images, F.one_hot(labels, 10).float())
