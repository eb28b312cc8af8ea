"""A convolutional autoencoder: its target is its input."""

from torch import nn

from audit.programs import Program, Variation
from lossmith import datasets

EXPECTED = None


def program(v: Variation) -> Program:
    images = datasets.DIGITS.read().head(v.rows).drop("digit").to_torch().float().view(-1, 1, 8, 8) / 16
    encoder = nn.Sequential(nn.Conv2d(1, 8, 3, stride=2, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(128, v.width))
    decoder = nn.Sequential(nn.Linear(v.width, 128), nn.ReLU(), nn.Unflatten(1, (8, 4, 4)))
    decoder.append(nn.ConvTranspose2d(8, 1, 4, stride=2, padding=1))
    decoder.append(nn.Sigmoid())
    return Program(nn.Sequential(encoder, nn.ReLU(), decoder), nn.MSELoss(), images, images)
