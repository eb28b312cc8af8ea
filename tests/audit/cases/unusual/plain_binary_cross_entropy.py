"""Lossmith's binary cross-entropy of raw scores: is a mail spam?"""

from torch import nn

import lossmith as lm
from audit.programs import Program, Variation
from lossmith import datasets

EXPECTED = None


def program(v: Variation) -> Program:
    mails = datasets.SPAM.read().sample(v.rows, seed=v.seed)
    x = mails.drop("spam", "length", "capitals").to_torch().float().log1p()
    model = nn.Sequential(nn.Linear(200, v.width), nn.ReLU(), nn.Dropout(0.2), nn.Linear(v.width, 1), nn.Flatten(0))
    return Program(model, lm.BinaryCrossEntropy(), x, mails["spam"].to_torch().float())
