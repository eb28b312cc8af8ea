"""Gaps of a sensor are NaN, and are taken out before the loss."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class AirQualityTransformer(nn.Module):
    def __init__(self, d_ff):
        super().__init__()
        self.proj = nn.Linear(5, 16)
        self.layer = nn.TransformerEncoderLayer(16, 2, d_ff, dropout=0.0, batch_first=True, norm_first=True)
        self.head = nn.Linear(16, 1)

    def forward(self, weather):
        return self.head(self.layer(self.proj(weather))).squeeze(-1)


def pm10_loss(output, target):
    measured = ~torch.isnan(target)
    return F.smooth_l1_loss(output[measured], target[measured])


def program(v: Variation) -> Program:
    weather = torch.randn(v.rows, 12, 5)
    pm10 = weather[..., 0] - 0.5 * weather[..., 1] * weather[..., 2] + 0.2 * torch.randn(v.rows, 12)
    gaps = torch.rand(v.rows, 12) < 0.15
    return Program(AirQualityTransformer(v.width), pm10_loss, weather, pm10.masked_fill(gaps, float("nan")))
