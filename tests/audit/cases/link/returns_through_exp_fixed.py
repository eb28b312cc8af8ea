"""Standardised returns, half of them negative, are predicted by a linear head."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Forecaster(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.causal = nn.Conv1d(1, width, kernel_size=4, dilation=2)
        self.head = nn.Linear(width, 1)

    def forward(self, window: torch.Tensor) -> torch.Tensor:
        state = torch.tanh(self.causal(window.unsqueeze(1))).mean(-1)
        return self.head(state).squeeze(-1)


def program(v: Variation) -> Program:
    window = torch.randn(v.rows, 10).cumsum(1) * 0.4
    signal = window[:, 9] - window[:, 5]
    returns = -signal + 0.3 * torch.randn(v.rows)
    returns = (returns - returns.mean()) / returns.std()
    return Program(Forecaster(v.width), nn.SmoothL1Loss(), window, returns)
