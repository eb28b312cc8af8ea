"""Squared error between a softmax and one-hot rows: where the model is sure and wrong, the slope is gone."""

from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation
from lossmith import datasets

EXPECTED = "LM706"


def program(v: Variation) -> Program:
    digits = datasets.DIGITS.read().head(v.rows)
    x = digits.drop("digit").to_torch().float() / 16
    rows = F.one_hot(digits["digit"].to_torch().long(), 10).float()
    layers = nn.Sequential(nn.Linear(64, v.width), nn.ReLU(), nn.Linear(v.width, 10))
    return Program(nn.Sequential(layers, nn.Softmax(dim=1)), nn.MSELoss(), x, rows)
