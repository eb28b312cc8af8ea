"""Three of the ReLU units are dead for every row: a pity, but the others do the work."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Concrete(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.fc1 = nn.Linear(8, hidden)
        self.fc2 = nn.Linear(hidden, 1)
        with torch.no_grad():
            self.fc1.bias[:3] = -25.0

    def forward(self, mixture):
        return self.fc2(torch.relu(self.fc1(mixture)))


def program(v: Variation) -> Program:
    mixture = torch.randn(v.rows, 8)
    strength = mixture[:, :1] + mixture[:, 1:2] * mixture[:, 2:3] / 2 + 0.2 * torch.randn(v.rows, 1)
    strength = (strength - strength.mean()) / strength.std()
    return Program(Concrete(v.width), nn.SmoothL1Loss(), mixture, strength)
