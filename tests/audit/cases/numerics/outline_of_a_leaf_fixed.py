"""A variational autoencoder of the outlines of leaves: the logarithm of a code's variance is kept within -8 and 8, far
from where it is.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class LeafEncoder(nn.Module):
    def __init__(self, points, width, codes):
        super().__init__()
        self.hidden = nn.Linear(points, width)
        self.mean = nn.Linear(width, codes)
        self.log_var = nn.Linear(width, codes)

    def forward(self, outline):
        h = torch.tanh(self.hidden(outline))
        return self.mean(h), self.log_var(h).clamp(min=-8, max=8)


class LeafVAE(nn.Module):
    def __init__(self, points, width, codes=10):
        super().__init__()
        self.encode = LeafEncoder(points, width, codes)
        self.decode = nn.Sequential(nn.Linear(codes, width), nn.GELU(), nn.Linear(width, points))

    def forward(self, outline):
        mean, log_var = self.encode(outline)
        code = mean + torch.randn_like(mean) * torch.exp(0.5 * log_var)
        return {"outline": self.decode(code), "mean": mean, "log_var": log_var}


class LeafLoss(nn.Module):
    def __init__(self, beta):
        super().__init__()
        self.beta = beta

    def forward(self, out, outline):
        shape = (out["outline"] - outline).square().sum(1)
        kl = 0.5 * (out["mean"].square() + out["log_var"].exp() - 1 - out["log_var"]).sum(1)
        return (shape + self.beta * kl).mean()


def program(v: Variation) -> Program:
    angle = torch.linspace(0, 2 * torch.pi, 25)[:-1]
    waves = torch.stack([(k * angle).cos() for k in range(1, 4)] + [(k * angle).sin() for k in range(1, 4)])
    outline = torch.randn(v.rows, 6) @ waves / 6**0.5 * 1.4 + 0.1 * torch.randn(v.rows, 24)
    return Program(LeafVAE(24, v.width), LeafLoss(beta=0.2), outline, outline)
