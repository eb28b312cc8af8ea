"""Two images and their labels are mixed: rows over the classes that sum to 1 go into cross-entropy."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation
from lossmith import datasets

EXPECTED = None


def program(v: Variation) -> Program:
    digits = datasets.DIGITS.read().head(v.rows)
    images = digits.drop("digit").to_torch().float().view(-1, 1, 8, 8) / 16
    rows = F.one_hot(digits["digit"].to_torch().long(), 10).float()
    partner = torch.randperm(v.rows)
    share = torch.distributions.Beta(0.4, 0.4).sample((v.rows,))
    images = share[:, None, None, None] * images + (1 - share)[:, None, None, None] * images[partner]
    rows = share[:, None] * rows + (1 - share)[:, None] * rows[partner]
    trunk = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(512, v.width), nn.ReLU())
    return Program(nn.Sequential(trunk, nn.Linear(v.width, 10)), nn.CrossEntropyLoss(), images, rows)
