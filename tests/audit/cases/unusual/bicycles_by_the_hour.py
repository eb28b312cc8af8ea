"""Bicycles rented in an hour, counts that spread wider than Poisson has it, under a negative binomial by hand with
one learned dispersion, which lives in the loss.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class NegativeBinomial(nn.Module):
    def __init__(self):
        super().__init__()
        self.log_size = nn.Parameter(torch.zeros(()))

    def forward(self, log_mean, count):
        size = self.log_size.exp()
        log_total = torch.logaddexp(log_mean, self.log_size)
        likelihood = (
            torch.lgamma(count + size)
            - torch.lgamma(size)
            - torch.lgamma(count + 1)
            + size * (self.log_size - log_total)
            + count * (log_mean - log_total)
        )
        return -likelihood.mean()


class Rentals(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.hour = nn.Embedding(24, width // 2)
        self.weather = nn.Linear(3, width // 2)
        self.out = nn.Linear(width, 1)

    def forward(self, hour, weather):
        return self.out(F.relu(torch.cat([self.hour(hour), self.weather(weather)], dim=1))).squeeze(1) + 2.0


def program(v: Variation) -> Program:
    hour, weather = torch.randint(24, (v.rows,)), torch.randn(v.rows, 3)
    mean = torch.exp(2.2 + torch.sin(hour / 24 * 6.283 - 2) + 0.4 * weather[:, 0])
    count = torch.poisson(mean * torch.distributions.Gamma(3.0, 3.0).sample((v.rows,)))
    return Program(Rentals(v.width), NegativeBinomial(), (hour, weather), count)
