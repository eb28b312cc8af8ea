"""Latencies are positive, with a long tail to the right, and the gamma deviance weighs them by their relative error."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Latency(nn.Module):
    def __init__(self, width, hosts=5):
        super().__init__()
        self.host = nn.Embedding(hosts, width)
        self.load = nn.Linear(3, width)
        self.out = nn.Sequential(nn.LayerNorm(width), nn.Tanh(), nn.Linear(width, 1), nn.Softplus())

    def forward(self, host, load):
        return self.out(self.host(host) * torch.sigmoid(self.load(load))).squeeze(1) + 0.01


def latency_loss(mean, latency):
    return 2 * (latency / mean - 1 - torch.log(latency / mean)).mean()


def program(v: Variation) -> Program:
    host, load = torch.randint(5, (v.rows,)), torch.randn(v.rows, 3)
    slow = torch.tensor([-0.8, -0.3, 0.0, 0.4, 0.8])[host]
    latency = torch.exp(slow + 0.7 * load[:, 0] + 0.8 * torch.randn(v.rows))
    return Program(Latency(v.width), latency_loss, (host, load), latency / latency.median())
