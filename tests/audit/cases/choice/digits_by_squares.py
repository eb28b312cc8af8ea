"""The digit in an image is predicted as a number under squared error: a 1 that looks like a 7 is pulled to 4."""

from torch import nn

from audit.programs import Program, Variation
from lossmith import datasets

EXPECTED = "LM701"


def program(v: Variation) -> Program:
    digits = datasets.DIGITS.read().head(v.rows)
    images = digits.drop("digit").to_torch().float().view(-1, 1, 8, 8) / 16
    digit = digits["digit"].to_torch().long()
    trunk = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(512, v.width), nn.ReLU())
    return Program(nn.Sequential(trunk, nn.Linear(v.width, 1), nn.Flatten(0)), nn.MSELoss(), images, digit.float())
