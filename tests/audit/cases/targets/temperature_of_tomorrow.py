"""Tomorrow's temperature by shifting the column by a day: the last row has no tomorrow and is NaN, and so is the
loss.
"""

import torch
from torch import Tensor, nn

from audit.programs import Program, Variation

EXPECTED = "LM216"


class Forecaster(nn.Module):
    def __init__(self, lags: int, hidden: int) -> None:
        super().__init__()
        self.linear = nn.Linear(lags, 1)
        self.residual = nn.Sequential(nn.Linear(lags, hidden), nn.Softplus(), nn.Linear(hidden, 1))

    def forward(self, window: Tensor) -> Tensor:
        return (self.linear(window) + self.residual(window))[:, 0]


def shift(series: Tensor, periods: int = -1) -> Tensor:
    """As a table's column is shifted: what comes in from outside is NaN."""
    shifted = series.roll(periods)
    shifted[periods:] = float("nan")
    return shifted


def program(v: Variation) -> Program:
    days = torch.arange(v.rows + 6, dtype=torch.float)
    temperature = 12 + 8 * torch.sin(2 * torch.pi * days / 30) + torch.randn(len(days))
    scaled = (temperature - temperature.mean()) / temperature.std()
    windows = scaled.unfold(0, 7, 1)
    target = shift(windows[:, -1])
    return Program(Forecaster(7, v.width), nn.HuberLoss(), windows, target)
