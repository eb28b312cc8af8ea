"""Sales of shops from a dozen to thousands a day: each series is divided by its own past within the model and
multiplied again, and the error is a share of what the naive forecast would err by."""

import torch
from torch import Tensor, nn

from audit.programs import Program, Variation

EXPECTED = None


class ReversibleForecaster(nn.Module):
    def __init__(self, width: int, horizon: int = 6) -> None:
        super().__init__()
        self.gain, self.offset = nn.Parameter(torch.ones(1)), nn.Parameter(torch.zeros(1))
        self.net = nn.Sequential(nn.Linear(18, width), nn.GELU(), nn.Linear(width, horizon))

    def forward(self, past: Tensor) -> Tensor:
        level, spread = past.mean(1, keepdim=True), past.std(1, keepdim=True) + 1e-5
        change = self.net((past - level) / spread * self.gain + self.offset)
        return level + spread * change


class ScaledError(nn.Module):
    """The mean absolute error over that of yesterday's value, in the series' own past."""

    def forward(self, forecast: Tensor, target: dict[str, Tensor]) -> Tensor:
        naive = target["past"].diff(dim=1).abs().mean(1, keepdim=True)
        return ((forecast - target["future"]).abs() / naive).mean()


def program(v: Variation) -> Program:
    scale = 10 ** (1 + 2.5 * torch.rand(v.rows, 1))
    day = torch.arange(24) + 6 * torch.rand(v.rows, 1)
    sales = scale * (2 + torch.sin(6.2832 * day / 6) + 0.1 * torch.randn(v.rows, 24))
    past, future = sales[:, :18], sales[:, 18:]
    return Program(ReversibleForecaster(v.width), ScaledError(), past, {"past": past, "future": future})
