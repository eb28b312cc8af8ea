"""A mixture of three Gaussians for a pulse that may swing either way: the softmax of its weights runs over the batch,
so that the weights of a row do not sum to 1."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM107"


class MixtureNetwork(nn.Module):
    def __init__(self, width, parts=3):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(5, width), nn.Tanh(), nn.Linear(width, width), nn.Tanh())
        self.weights = nn.Linear(width, parts)
        self.means = nn.Linear(width, parts)
        self.log_spreads = nn.Linear(width, parts)

    def forward(self, x):
        h = self.trunk(x)
        return torch.softmax(self.weights(h), 0), self.means(h), self.log_spreads(h).exp()


def mixture_loss(output, y):
    weights, means, spreads = output
    density = torch.distributions.Normal(means, spreads).log_prob(y.unsqueeze(1))
    return -torch.logsumexp(torch.log(weights + 1e-10) + density, 1).mean()


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 5)
    way = 2 * torch.bernoulli(torch.sigmoid(2 * x[:, 0])) - 1
    y = way * (1 + 0.3 * x[:, 1]) + 0.2 * torch.randn(v.rows)
    return Program(MixtureNetwork(v.width), mixture_loss, x, y)
