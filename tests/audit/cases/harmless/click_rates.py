"""The share of viewers who clicked, measured on many, is a number from 0 to 1: squares after a sigmoid fit it."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class Rates(nn.Module):
    def __init__(self, ads, width):
        super().__init__()
        self.ad = nn.Embedding(ads, width)
        self.page = nn.Linear(6, width)
        self.rate = nn.Linear(width, 1)

    def forward(self, ad, page):
        return torch.sigmoid(self.rate(torch.tanh(self.ad(ad) + self.page(page))).squeeze(-1))


def program(v: Variation) -> Program:
    ad, page = torch.randint(12, (v.rows,)), torch.randn(v.rows, 6)
    true_rate = torch.sigmoid(torch.randn(12)[ad] + 0.7 * page[:, 0] - 0.5)
    clicked = torch.distributions.Binomial(200, true_rate).sample() / 200
    return Program(Rates(12, v.width), lambda p, share: F.mse_loss(p, share), (ad, page), clicked)
