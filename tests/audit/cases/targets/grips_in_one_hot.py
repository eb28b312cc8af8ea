"""The grips of a gripper are kept as one-hot rows, and the log-probability of a Categorical wants an index."""

import torch
from torch import nn
from torch.distributions import Categorical

from audit.programs import Program, Variation

EXPECTED = "LM208"


class Gripper(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.touch = nn.Linear(6, width)
        self.grip = nn.Linear(width, 3)

    def forward(self, touch):
        return self.grip(nn.functional.celu(self.touch(touch)))


def imitation(logits, shown):
    return -Categorical(logits=logits).log_prob(shown).mean()


def program(v: Variation) -> Program:
    touch = torch.randn(v.rows, 6)
    finger = touch.unflatten(1, (3, 2)).sum(2) + 0.1 * torch.randn(v.rows, 3)
    return Program(Gripper(v.width), imitation, touch, nn.functional.one_hot(finger.argmax(1), 3))
