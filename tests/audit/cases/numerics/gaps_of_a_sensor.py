"""Gaps of a sensor are NaN, and their loss is set to 0 in place: the value is right, and the gradient 0·NaN."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM606"


class AirQualityTransformer(nn.Module):
    def __init__(self, d_ff):
        super().__init__()
        self.proj = nn.Linear(5, 16)
        self.layer = nn.TransformerEncoderLayer(16, 2, d_ff, dropout=0.0, batch_first=True, norm_first=True)
        self.head = nn.Linear(16, 1)

    def forward(self, weather):
        return self.head(self.layer(self.proj(weather))).squeeze(-1)


def pm10_loss(output, target):
    loss = F.smooth_l1_loss(output, target, reduction="none")
    gaps = torch.isnan(target)
    loss[gaps] = 0.0
    return loss.sum() / (~gaps).sum()


def program(v: Variation) -> Program:
    weather = torch.randn(v.rows, 12, 5)
    pm10 = weather[..., 0] - 0.5 * weather[..., 1] * weather[..., 2] + 0.2 * torch.randn(v.rows, 12)
    gaps = torch.rand(v.rows, 12) < 0.15
    return Program(AirQualityTransformer(v.width), pm10_loss, weather, pm10.masked_fill(gaps, float("nan")))
