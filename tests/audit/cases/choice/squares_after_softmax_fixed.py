"""Cross-entropy of the scores with one-hot rows."""

from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation
from lossmith import datasets

EXPECTED = None


def program(v: Variation) -> Program:
    digits = datasets.DIGITS.read().head(v.rows)
    x = digits.drop("digit").to_torch().float() / 16
    rows = F.one_hot(digits["digit"].to_torch().long(), 10).float()
    layers = nn.Sequential(nn.Linear(64, v.width), nn.ReLU(), nn.Linear(v.width, 10))
    return Program(layers, nn.CrossEntropyLoss(), x, rows)
