"""Copies of a virus, in thousands, by squares of the logarithm: tenfold too many costs as much as tenfold too few."""

import torch
from torch import nn
from torch.nn.functional import mse_loss

from audit.programs import Program, Variation

EXPECTED = None


class ViralLoad(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.trunk = nn.Sequential(nn.LayerNorm(8), nn.Linear(8, width), nn.GELU())
        self.out = nn.Linear(width, 1)

    def forward(self, labs):
        return self.out(self.trunk(labs))[..., 0]


def load_loss(pred, copies):
    return mse_loss(pred, copies.log())


def program(v: Variation) -> Program:
    labs = torch.randn(v.rows, 8)
    log_copies = 0.9 * labs[:, 0] - 0.7 * labs[:, 3] + 0.5 * labs[:, 5] + 0.3 * torch.randn(v.rows)
    return Program(ViralLoad(v.width), load_loss, labs, torch.exp(log_copies))
