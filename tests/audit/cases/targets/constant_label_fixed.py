"""The label is compared with the word as the data spell it."""

import torch
from torch import nn

from audit.programs import Program, Variation
from lossmith.datasets import SPAM

EXPECTED = None


def program(v: Variation) -> Program:
    table = SPAM.read().head(v.rows)
    x = torch.tensor(table.drop("spam").to_numpy()).float().log1p()
    x = (x - x.mean(0)) / (x.std(0) + 0.1)
    names = ["spam" if row else "ham" for row in table["spam"]]
    y = torch.tensor([float(name == "spam") for name in names])
    model = nn.Sequential(nn.Linear(x.shape[1], v.width), nn.ReLU(), nn.Linear(v.width, 1), nn.Flatten(0))
    return Program(model, nn.BCEWithLogitsLoss(), x, y)
