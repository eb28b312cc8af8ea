"""Weights of a portfolio by a softmax: nothing is sold short, and each asset has a gradient."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Allocator(nn.Module):
    def __init__(self, width, assets=10):
        super().__init__()
        self.read = nn.LSTM(assets, width, batch_first=True)
        self.wish = nn.Linear(width, assets)

    def forward(self, past):
        wish = self.wish(self.read(past)[0][:, -1])
        return wish.softmax(dim=1)


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
