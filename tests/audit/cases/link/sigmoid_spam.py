"""A sigmoid in front of BCEWithLogitsLoss, which applies its own: no mail can be called ham with more than 1/2."""

import torch
from torch import nn

from audit.programs import Program, Variation
from lossmith.datasets import SPAM

EXPECTED = "LM102"


def program(v: Variation) -> Program:
    table = SPAM.read().head(v.rows)
    x = torch.tensor(table.drop("spam").to_numpy()).float().log1p()
    x = (x - x.mean(0)) / (x.std(0) + 0.1)
    y = torch.tensor(table["spam"].to_list()).float()
    model = nn.Sequential(
        nn.Linear(x.shape[1], v.width),
        nn.ReLU(),
        nn.Linear(v.width, 1),
        nn.Sigmoid(),
        nn.Flatten(0),
    )
    return Program(model, nn.BCEWithLogitsLoss(), x, y)
