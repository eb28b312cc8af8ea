"""A convolution over time says (N, 1, T) and the target is (N, T): the loss compares every series with every other."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM301"


class Filter(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Conv1d(2, width, 3, padding=1), nn.GELU(), nn.Conv1d(width, 1, 3, padding=1))

    def forward(self, series: torch.Tensor) -> torch.Tensor:
        return self.layers(series)


def program(v: Variation) -> Program:
    series = torch.randn(v.rows, 2, 20)
    target = series[:, 0] - 0.5 * series[:, 1].roll(-1, 1) + 0.2 * torch.randn(v.rows, 20)
    return Program(Filter(v.width), lambda p, t: torch.mean((p - t) ** 2), series, target)
