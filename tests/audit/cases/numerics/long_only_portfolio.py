"""Weights of a portfolio cut at 0, as nothing may be sold short: an asset that is not held has no gradient and is
never bought."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM605"


class Allocator(nn.Module):
    def __init__(self, width, assets=10):
        super().__init__()
        self.read = nn.LSTM(assets, width, batch_first=True)
        self.wish = nn.Linear(width, assets)

    def forward(self, past):
        wish = self.wish(self.read(past)[0][:, -1])
        held = wish.clamp(min=0)
        return held / (held.sum(1, keepdim=True) + 1e-6)


class MeanVariance(nn.Module):
    def __init__(self, aversion):
        super().__init__()
        self.aversion = aversion

    def forward(self, weights, following):
        gain = (weights * following).sum(dim=1)
        return self.aversion * gain.var() - gain.mean()


def program(v: Variation) -> Program:
    trend = torch.randn(v.rows, 1, 10)
    past = 0.6 * trend + torch.randn(v.rows, 8, 10)
    following = 0.5 * trend.squeeze(1) + 0.5 * torch.randn(v.rows, 10)
    return Program(Allocator(v.width), MeanVariance(0.5), past, following)
