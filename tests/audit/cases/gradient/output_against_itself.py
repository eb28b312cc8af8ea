"""A word's vector in another language: by a slip the target is made of the output, and the cosine is always 1."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM803"


class Mapper(nn.Module):
    """Maps the vectors of one language to those of another."""

    def __init__(self, dim, hidden):
        super().__init__()
        self.linear = nn.Linear(dim, dim, bias=False)
        self.residual = nn.Sequential(nn.Linear(dim, hidden), nn.Softsign(), nn.Linear(hidden, dim))

    def forward(self, source):
        return self.linear(source) + self.residual(source)


class CosineLoss(nn.Module):
    def forward(self, output, target):
        output = F.normalize(output, dim=-1)
        target = F.normalize(output, dim=-1)
        return (1 - (output * target).sum(dim=-1)).mean()


def program(v: Variation) -> Program:
    english = torch.randn(v.rows, 20)
    rotation, _ = torch.linalg.qr(torch.randn(20, 20))
    french = english @ rotation + 0.2 * torch.randn(v.rows, 20)
    return Program(Mapper(20, v.width), CosineLoss(), english, french)
