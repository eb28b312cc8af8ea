"""The outcome of a game is +1 or -1, and binary cross-entropy takes it for a probability: the loss has no floor."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM206"


class ValueNet(nn.Module):
    """Who wins: the planes are own stones and those of the opponent."""

    def __init__(self, channels):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(2, channels, 3, padding=1),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
        )
        self.value_head = nn.Sequential(nn.Flatten(), nn.Linear(channels * 42, 1))

    def forward(self, board):
        return self.value_head(self.body(board))[:, 0]


def program(v: Variation) -> Program:
    stones = torch.randint(-1, 2, (v.rows, 6, 7))
    board = torch.stack([stones == 1, stones == -1], dim=1).float()
    advantage = stones[:, :, 2:5].sum((1, 2)) + 0.5 * torch.randn(v.rows)
    z = torch.where(advantage > 0, 1.0, -1.0)
    return Program(ValueNet(v.width), nn.BCEWithLogitsLoss(), board, z)
