"""A hand-written hinge loss wants -1 and 1 and is given 0 and 1: rows of class 0 always cost 1, with no gradient."""

import torch
from torch import nn

from audit.programs import Program, Variation
from lossmith.datasets import SPAM

EXPECTED = "LM205"


def hinge(score: torch.Tensor, side: torch.Tensor) -> torch.Tensor:
    return (1 - side * score).clamp(min=0).mean()


def program(v: Variation) -> Program:
    table = SPAM.read().head(v.rows)
    x = torch.tensor(table.drop("spam").to_numpy()[:, :16]).float().log1p()
    x = (x - x.mean(0)) / (x.std(0) + 0.1)
    y = torch.tensor(table["spam"].to_list()).float().unsqueeze(1)
    model = nn.Sequential(nn.Linear(x.shape[1], v.width), nn.Tanh(), nn.Linear(v.width, 1))
    return Program(model, hinge, x, y)
