"""Five attributes of a game's character have three values each, and the softmax runs over the values."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


ATTRIBUTES, VALUES = 5, 3


class CharacterReader(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(5, width, 3, stride=2, padding=1), nn.GELU(), nn.AdaptiveAvgPool2d(2), nn.Flatten()
        )
        self.attributes = nn.Linear(4 * width, ATTRIBUTES * VALUES)

    def forward(self, sprite):
        return self.attributes(self.stem(sprite)).unflatten(1, (ATTRIBUTES, VALUES))


def attribute_loss(scores, one_hot):
    logp = scores.log_softmax(2)
    return -torch.einsum("nav,nav->n", one_hot, logp).mean() / ATTRIBUTES


def program(v: Variation) -> Program:
    value = torch.randint(VALUES, (v.rows, ATTRIBUTES))
    sprite = (value - 1.0)[..., None, None] + 0.3 * torch.randn(v.rows, ATTRIBUTES, 8, 8)
    return Program(CharacterReader(v.width), attribute_loss, sprite, nn.functional.one_hot(value, VALUES).float())
