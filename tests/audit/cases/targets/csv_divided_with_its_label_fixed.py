"""Blood cells from a table of pixels whose first column is the label: only the pixels are divided by 255."""

import torch
import torch.nn as nn

from audit.programs import Program, Variation

EXPECTED = None


class Cells(nn.Module):
    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 12, 3)
        self.pool = nn.AvgPool2d(2)
        self.fc = nn.Sequential(nn.Linear(12 * 3 * 3, hidden), nn.Hardswish(), nn.Linear(hidden, 1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x.view(-1, 1, 8, 8)
        x = self.pool(torch.relu(self.conv(x)))
        return torch.sigmoid(self.fc(x.flatten(1)))


def program(v: Variation) -> Program:
    parasite = (torch.randperm(v.rows) % 5 < 2).float()
    pixels = 120 + 25 * torch.randn(v.rows, 8, 8)
    pixels[:, 3:6, 2:5] -= 70 * parasite.view(-1, 1, 1)
    data = torch.cat([parasite.view(-1, 1), pixels.clamp(0, 255).round().flatten(1)], dim=1)
    X, y = data[:, 1:] / 255.0, data[:, :1]
    return Program(Cells(v.width), nn.BCELoss(reduction="mean"), X, y)
