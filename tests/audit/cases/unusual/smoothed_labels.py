"""Cross-entropy with smoothed labels, of Lossmith: it does not reach 0."""

from torch import nn

import lossmith as lm
from audit.programs import Program, Variation
from lossmith import datasets

EXPECTED = None


def program(v: Variation) -> Program:
    digits = datasets.DIGITS.read().head(v.rows)
    x = digits.drop("digit").to_torch().float() / 16
    model = nn.Sequential(nn.Linear(64, v.width), nn.LayerNorm(v.width), nn.ReLU(), nn.Linear(v.width, 10))
    return Program(model, lm.CrossEntropy(label_smoothing=0.1), x, digits["digit"].to_torch().long())
