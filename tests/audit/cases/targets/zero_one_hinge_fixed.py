"""A hand-written hinge loss is given -1 and 1."""

import torch
from torch import nn

from audit.programs import Program, Variation
from lossmith.datasets import SPAM

EXPECTED = None


def hinge(score: torch.Tensor, side: torch.Tensor) -> torch.Tensor:
    return (1 - side * score).clamp(min=0).mean()


def program(v: Variation) -> Program:
    table = SPAM.read().head(v.rows)
    x = torch.tensor(table.drop("spam").to_numpy()[:, :16]).float().log1p()
    x = (x - x.mean(0)) / (x.std(0) + 0.1)
    y = torch.tensor(table["spam"].to_list()).float().unsqueeze(1)
    model = nn.Sequential(nn.Linear(x.shape[1], v.width), nn.Tanh(), nn.Linear(v.width, 1))
    return Program(model, hinge, x, 2 * y - 1)
