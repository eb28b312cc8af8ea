"""Grey pixels from 0 to 1 are soft labels of binary cross-entropy, whose head ends in a sigmoid, as BCELoss wants it.
It does not reach 0.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class ConvAutoencoder(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.squeeze = nn.Sequential(nn.Conv2d(1, 4, 3, 2, 1), nn.ELU(), nn.Flatten(), nn.Linear(144, width))
        self.unfold = nn.Sequential(nn.Linear(width, 144), nn.ELU(), nn.Unflatten(1, (4, 6, 6)))
        self.paint = nn.ConvTranspose2d(4, 1, 4, stride=2, padding=1)

    def forward(self, image):
        return self.paint(self.unfold(self.squeeze(image))).sigmoid()


def program(v: Variation) -> Program:
    rows, columns = torch.meshgrid(torch.linspace(-1, 1, 12), torch.linspace(-1, 1, 12), indexing="ij")
    turn = 6.283 * torch.rand(v.rows, 1, 1)
    grey = torch.sigmoid(3 * (turn.cos() * rows + turn.sin() * columns)).unsqueeze(1)
    image = (grey + 0.05 * torch.randn_like(grey)).clamp(0, 1)
    return Program(ConvAutoencoder(v.width), nn.BCELoss(), image, image)
