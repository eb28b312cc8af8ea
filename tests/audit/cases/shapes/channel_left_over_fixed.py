"""A convolution over time says (N, T), its single channel taken away, as the target is."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Filter(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Conv1d(2, width, 3, padding=1), nn.GELU(), nn.Conv1d(width, 1, 3, padding=1))

    def forward(self, series: torch.Tensor) -> torch.Tensor:
        return self.layers(series).squeeze(1)


def program(v: Variation) -> Program:
    series = torch.randn(v.rows, 2, 20)
    target = series[:, 0] - 0.5 * series[:, 1].roll(-1, 1) + 0.2 * torch.randn(v.rows, 20)
    return Program(Filter(v.width), lambda p, t: torch.mean((p - t) ** 2), series, target)
