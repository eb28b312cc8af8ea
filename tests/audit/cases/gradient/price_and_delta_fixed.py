"""An option's price and its slope by the market: the linear layer's own backward pass uses what was saved for it, so
that it can be differentiated again.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class ThriftyMultiply(torch.autograd.Function):
    """Keeps its input and its weight for the backward pass."""

    @staticmethod
    def forward(ctx, x, weight):
        ctx.save_for_backward(x, weight)
        return x @ weight.T

    @staticmethod
    def backward(ctx, gradient):
        x, weight = ctx.saved_tensors
        return gradient @ weight, gradient.T @ x


class ThriftyLinear(nn.Linear):
    def forward(self, x):
        return ThriftyMultiply.apply(x, self.weight) + self.bias


class Pricer(nn.Module):
    def __init__(self, assets, width):
        super().__init__()
        self.first, self.second = ThriftyLinear(assets, width), ThriftyLinear(width, width)
        self.price = nn.Linear(width, 1)

    def forward(self, market):
        with torch.enable_grad():
            market = market.clone().requires_grad_(True)
            price = self.price(F.softplus(self.second(F.softplus(self.first(market))))).squeeze(-1)
            (delta,) = torch.autograd.grad(price.sum(), market, create_graph=True)
        return price, delta


def differential_loss(prediction, target, weight=10.0):
    price, delta = prediction
    return F.mse_loss(price, target["price"]) + weight * F.mse_loss(delta, target["delta"])


def program(v: Variation) -> Program:
    market, basket = torch.randn(v.rows, 4), torch.tensor([1.0, 0.8, -0.6, 0.5])
    moneyness, spread = market @ basket, 0.5
    normal = torch.distributions.Normal(0.0, 1.0)
    chance = normal.cdf(moneyness / spread)
    price = moneyness * chance + spread * normal.log_prob(moneyness / spread).exp()
    target = {"price": price - price.mean(), "delta": chance.unsqueeze(1) * basket}
    return Program(Pricer(4, v.width), differential_loss, market, target)
